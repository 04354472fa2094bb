// What an outside client gets through `lab serve`, and what the report says of it, are one for any lab. Here 40 random labs
// and each plant, met by Node; with ATTACKS=all (npm run attacks) 200, and each plant under each answer to what is not known
// of Windows, met by openssl where this computer has it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { collect } from '../../src/evidence/collect.ts';
import { PROPERTY } from '../../src/lab/certificates/store-entry.ts';
import { serveLab } from '../../src/lab/http/serve.ts';
import { openLab } from '../../src/lab/open.ts';
import { type Answers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { diagnosisJson } from '../../src/report/documents/json.ts';
import { chainState } from '../../src/report/words/chain-state.ts';
import { labReader } from '../support/evidence-lab.ts';
import { answerTo, isRight, type Visitor, visitorsOf } from '../support/lab-visitors.ts';
import { newLab } from '../support/new-lab.ts';
import { PLANTS, type Plant, plant } from '../support/plants.ts';
import { labFrom, randomLab } from '../support/random-lab.ts';
import { meet, meetByOpenssl, type Shown } from '../support/visitor.ts';

const ALL = process.env.ATTACKS === 'all';
const _RENEWAL = PROPERTY.renewal;
const client = async (port: number, name: string): Promise<Shown> =>
  (ALL ? await meetByOpenssl(port, name) : undefined) ?? meet(port, name);

type Lab = ReturnType<typeof newLab>;

/** Every visitor of a lab, what the report says of his binding, and whether it is so. */
async function compare(lab: Lab) {
  const diagnosis = diagnose(await collect(labReader(lab.disk)), playbooks);
  const { verdict, findings } = diagnosisJson(diagnosis, { plans: [], blocked: [] }, 'x');
  const server = openLab(lab.disk);
  const serving = await serveLab(lab.disk);
  const met = new Map<string, Promise<Shown>>();
  const shownTo = ({ address, place, name }: Visitor) => {
    const at = `${address.includes(':') ? `[${address}]` : address}:${place.port}`;
    const port = serving.addresses.find((each) => each.address === at)?.port;
    const got =
      met.get(`${at} ${name}`) ?? (port === undefined ? Promise.resolve('no-tls' as const) : client(port, name));
    met.set(`${at} ${name}`, got);
    return got;
  };
  const said: string[] = [];
  let turnedAway = 0;
  try {
    for (const visitor of visitorsOf(server)) {
      const { binding, address, place, name } = visitor;
      const chain = diagnosis.chains.find((each) => each.binding.information === binding && each.site.stopped !== true);
      const isFine = chain !== undefined && ['ok', 'note'].includes(chainState(chain));
      const right = isRight(await shownTo(visitor), visitor, server);
      if (isFine && chain.links.at(-1)?.state === 'unknown') said.push(`${binding}: called fine and not seen`);
      if (right) continue;
      turnedAway += 1;
      const answer = answerTo(server, visitor);
      const record = 'record' in answer ? answer.record?.endpoint : undefined;
      const faults = findings.filter(({ severity }) => severity !== 'note');
      const names = [address, place.endpoint, record].filter((each) => each !== undefined);
      const isNamed = faults.some((each) => names.some((word) => JSON.stringify(each).includes(word)));
      const who = `${binding} (${place.table}) at ${address} as ${name || 'nobody'}`;
      if (verdict !== 'faulty') said.push(`${who} is turned away, and the server is called ${verdict}`);
      else if (!isNamed) said.push(`${who} is turned away, and no finding names ${names.join(', ')}`);
      if (isFine && !faults.some(({ id }) => record !== undefined && id.endsWith(record)))
        said.push(`${who} is turned away, and the chain is ${chainState(chain)}`);
    }
  } finally {
    await serving.close();
  }
  return { verdict, said, turnedAway };
}

/** A site that runs is in each. */
const lab = randomLab.map((recipe) => ({
  ...recipe,
  sites: recipe.sites.map((site, index) => ({ ...site, started: index === 0 || site.started })),
}));

/** Every answer but the usual one, one switch at a time. */
const UNUSUAL = Object.entries(UNKNOWNS).flatMap(([name, { answers }]) =>
  answers.slice(1).map((answer): Answers => ({ [name]: answer })),
);

describe('an outside client', () => {
  it(`gets what the report says, in ${ALL ? 200 : 40} random labs`, async () => {
    const turnedAway: number[] = [];
    await fc.assert(
      fc.asyncProperty(lab, async (recipe) => {
        const met = await compare(labFrom(recipe));
        turnedAway.push(met.turnedAway);
        expect(met.said).toEqual([]);
      }),
      { numRuns: ALL ? 200 : 40, seed: 20261127 },
    );
    expect(turnedAway.filter((count) => count > 0).length).toBeGreaterThan(turnedAway.length / 4);
    expect(turnedAway.filter((count) => count === 0).length).toBeGreaterThan(turnedAway.length / 4);
  }, 600_000);

  it.each(Object.keys(PLANTS) as Plant[])(
    'gets what the report says after %s',
    async (name) => {
      for (const unknowns of ALL ? [{}, ...UNUSUAL] : [{}]) {
        const server = newLab({ unknowns });
        plant(server, name);
        expect([unknowns, ...(await compare(server)).said]).toEqual([unknowns]);
      }
    },
    60_000,
  );
});
