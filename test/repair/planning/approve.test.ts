import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Finding } from '../../../src/model/repair/finding.ts';
import type { Choices, Plan, Risk } from '../../../src/model/repair/plan.ts';
import { NO_CHOICES, planningHere } from '../../../src/model/repair/planning.ts';
import type { Found } from '../../../src/model/repair/playbook.ts';
import type { BlockedFinding } from '../../../src/model/run/run-report.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import type { Answer, Choice, Person } from '../../../src/person/person.ts';
import { approveUpTo, askForEach } from '../../../src/repair/planning/approve.ts';
import {
  capiKey,
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_FILE,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  keyFile,
  keyFiles,
  metadataKey,
  SHOP,
  SHOP_FILE,
  SHOP_RECORD,
  site,
  stranded,
} from '../../support/evidence-folder.ts';

const plan = (risk: Risk) => ({ risk, covers: [risk] }) as unknown as Plan;

describe('--yes', () => {
  const plans = (['safe', 'disruptive', 'manual'] as const).map(plan);
  const blocked = [{ finding: {}, blocked: { blocked: true, why: 'x' } }] as unknown as readonly BlockedFinding[];

  it.each([
    ['safe', ['safe']],
    ['disruptive', ['safe', 'disruptive']],
    ['manual', ['safe', 'disruptive']],
  ] as const)('=%s allows %j, and never what is manual', (maxRisk, allowed) => {
    const decisions = approveUpTo(maxRisk, { plans, blocked });
    expect(decisions.approved.map(({ risk }) => risk)).toEqual(allowed);
    expect(decisions.declined.map(({ risk }) => risk)).toEqual(plans.map(({ risk }) => risk).slice(allowed.length));
    expect(decisions.blocked).toBe(blocked);
    expect(decisions.gone).toBe(false);
  });
});

const STALE = [1, 2].map((id) => metadataKey(`LM/W3SVC/${id}`, [[5506, '!!!!']]));
const THIRD = certificate('third', { key: capiKey({ container: '{third}' }) });
const SEVERAL = evidence({
  records: have([SHOP_RECORD]),
  storeMy: have([FRONT, THIRD, SHOP]),
  keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, keyFile(THIRD.key!, 'machine-capi')]),
  handshakes: new Map(),
});

type Reply = boolean | number | 'gone' | 'show' | 'all' | 'stop';

/** Asks a scripted person: every answer in turn, 'gone' for one who leaves. What was shown and asked comes back. */
const ask = (given: Evidence, answers: readonly Reply[], choices: Partial<Choices> = {}) =>
  askAbout(diagnose(given, playbooks).found, answers, planningHere(given, { ...NO_CHOICES, ...choices }));

async function askAbout(found: readonly Found[], answers: readonly Reply[], how = planningHere(evidence())) {
  const log: string[] = [];
  const left = [...answers];
  const next = <T>(question: string, map: (answer: Exclude<Reply, 'gone'>) => T): Answer<T> => {
    log.push(question);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`nobody expected to be asked: ${question}`);
    return answer === 'gone' ? { ok: false, error: 'gone' } : { ok: true, value: map(answer) };
  };
  const person: Person = {
    approve: async (question) => next(question, (answer) => answer === true),
    choose: async <T>(question: string, offered: readonly Choice<T>[], atOnce?: T) => {
      const repair = question === 'Apply this repair?';
      if (repair) expect(atOnce).toBe('no');
      else log.push(...offered.map(({ title }) => `- ${title}`));
      return next(question, (answer) => {
        if (!repair) return offered[Number(answer)]!.value;
        const chosen = offered.find(
          ({ value }) => value === (typeof answer === 'boolean' ? (answer ? 'yes' : 'no') : answer),
        );
        if (chosen === undefined) throw new Error(`${answer} is not offered: ${offered.map(({ title }) => title)}`);
        return chosen.value;
      });
    },
    secret: async () => ({ ok: false, error: 'gone' }),
  };
  const decisions = await askForEach(found, {
    person,
    how,
    tell: ({ finding, plan, number, of, byAll }) =>
      log.push(`tell ${number}/${of} ${plan?.title ?? finding.id}${byAll ? ', by all' : ''}`),
    show: (shown) => log.push(`show ${shown.title}`),
    showBlocked: ({ blocked }) => log.push(`blocked ${blocked.why}`),
  });
  expect(left).toEqual([]);
  return {
    log,
    gone: decisions.gone,
    approved: decisions.approved.map(({ title }) => title),
    declined: decisions.declined.map(({ title }) => title),
    blocked: decisions.blocked.map(({ finding }) => finding.id),
    whys: decisions.blocked.map((each) => each.blocked.why),
    plans: decisions.approved,
  };
}

const WAYS = [
  '- Move the key into the machine key store (lasting repair, recommended)',
  '- Run the binding again (relief: works until the next reboot at most)',
  '- Run it again through IIS, by appcmd (relief: works until the next reboot at most)',
];

const DOWN = stranded({ handshakes: new Map() });
const MOVE = 'Move the key into the machine key store';
const STRIP = 'Strip the certificate hash from customMetadata';
const ADD = 'Add the SSL record of 0.0.0.0:443 again';
const ADD_SHOP = 'Add the SSL record of shop.example.test:443 again';

describe('a person', () => {
  it('is told what it is about and asked for the way out, is told of the repair, and says yes', async () => {
    const { log, approved, declined, gone } = await ask(DOWN, [0, true]);
    expect(log).toEqual([
      expect.stringMatching(/^tell 1\/1 stranded-key:/),
      ...WAYS,
      'Which way out?',
      `tell 1/1 ${MOVE}`,
      'Apply this repair?',
    ]);
    expect(approved).toEqual([MOVE]);
    expect([declined, gone]).toEqual([[], false]);
  });

  it('is not asked which way out where there is one', async () => {
    expect((await ask(stranded(), [true])).log).toEqual([`tell 1/1 ${MOVE}`, 'Apply this repair?']);
  });

  it('may take the other way, or say no', async () => {
    const { approved, declined } = await ask(DOWN, [1, false]);
    expect(approved).toEqual([]);
    expect(declined).toEqual(['Run the binding again: relief until the next reboot at most']);
  });

  it('may see the commands as often as wanted, and is told anew what it is about', async () => {
    const { log, approved } = await ask(stranded(), ['show', 'show', true]);
    const told = [`tell 1/1 ${MOVE}`, 'Apply this repair?'];
    expect(log).toEqual([...told, `show ${MOVE}`, ...told, `show ${MOVE}`, ...told]);
    expect(approved).toEqual([MOVE]);
  });

  it('is not asked for a way where a PFX file was given', async () => {
    const pfx = { file: 'C:\\mine.pfx', thumbprint: FRONT.thumbprint };
    const { approved } = await ask(DOWN, [true], { pfx });
    expect(approved).toEqual(['Import the certificate with a machine key from the PFX file']);
  });

  it('is not asked again for a finding that an answered plan covers', async () => {
    for (const answer of [true, false]) {
      const { log } = await ask(evidence({ config: config(STALE) }), [answer]);
      expect(log).toEqual([`tell 1/1 ${STRIP}`, 'Apply this repair?']);
    }
  });

  it('chooses the certificate where several fit', async () => {
    const { log, approved, plans } = await ask(SEVERAL, [2, true]);
    expect(log).toEqual([
      'tell 1/1 lost-binding:0.0.0.0:443',
      expect.stringMatching(/^- shop\.example\.test, .*, in use at shop\.example\.test:443$/),
      expect.stringMatching(/^- front\.example\.test, CN=front\.example\.test, issued by CN=Test CA, valid from /),
      expect.stringMatching(/^- third\.example\.test, /),
      'Which certificate?',
      `tell 1/1 ${ADD}`,
      'Apply this repair?',
    ]);
    expect(approved).toHaveLength(1);
    expect(JSON.stringify(plans[0]?.steps)).toContain(`certhash=${THIRD.thumbprint.toLowerCase()}`);
  });

  it('keeps an earlier choice that was made for another finding', async () => {
    const certificates = new Map([['lost-binding:0.0.0.0:443', THIRD.thumbprint]]);
    const { log } = await ask(SEVERAL, [true], { certificates });
    expect(log[0]).toBe(`tell 1/1 ${ADD}`);
  });

  it('is told what is blocked, and goes on with the rest', async () => {
    const { log, blocked, approved } = await ask(
      evidence({ records: have([]), storeMy: have([]), config: config(STALE, [FRONT_SITE]) }),
      [true],
    );
    expect(log).toEqual([`tell 1/1 ${STRIP}`, 'Apply this repair?']);
    expect(blocked).toEqual(['lost-binding:0.0.0.0:443']);
    expect(approved).toHaveLength(1);
  });

  it.each(['gone', 'stop'] as const)('who leaves at any question has approved nothing at all: %s', async (left) => {
    const nothing = { gone: true, approved: [], declined: [], blocked: [] };
    expect(await ask(stranded(), [left])).toMatchObject(nothing);
    expect(await ask(DOWN, ['gone'])).toMatchObject(nothing);
    expect(await ask(DOWN, [0, left])).toMatchObject(nothing);
    expect(await ask(SEVERAL, ['gone'])).toMatchObject(nothing);
    expect(await ask(stranded({ config: config(STALE) }), [true, left])).toMatchObject(nothing);
  });
});

describe('several repairs', () => {
  const both = evidence({ records: have([FRONT_RECORD]), config: config(STALE.slice(0, 1)), handshakes: new Map() });

  it('are asked for with what is down first, and work in the order of repair', async () => {
    const { log, approved } = await ask(both, [true, true]);
    expect(log.filter((line) => line.startsWith('tell'))).toEqual([`tell 1/2 ${ADD_SHOP}`, `tell 2/2 ${STRIP}`]);
    expect(approved).toEqual([STRIP, ADD_SHOP]);
  });

  it('are all said yes to by one answer, which is not there at the last question', async () => {
    const { log, approved } = await ask(both, ['all']);
    expect(log).toEqual([`tell 1/2 ${ADD_SHOP}`, 'Apply this repair?', `tell 2/2 ${STRIP}, by all`]);
    expect(approved).toEqual([STRIP, ADD_SHOP]);
    await expect(ask(both, [false, 'all'])).rejects.toThrow('all is not offered');
  });

  it('are asked for one by one where there is something to choose, whatever was said of all', async () => {
    const choice = { ...SEVERAL, config: config(STALE.slice(0, 1), [FRONT_SITE]) };
    const { log } = await ask({ ...choice, handshakes: evidence().handshakes }, [0, 'all']);
    expect(log.filter((line) => line.startsWith('tell'))).toHaveLength(3);
    const later = stranded({ handshakes: new Map(), config: config(STALE.slice(0, 1), [FRONT_SITE]) });
    expect((await ask(later, [0, 'all'])).approved).toEqual([STRIP, MOVE]);
  });
});

describe('a repair that another has to come before', () => {
  it('is asked for after it, and not where that was declined', async () => {
    const waiting = { records: have([SHOP_RECORD]), storeMy: have([FRONT_DRAGGED]), handshakes: new Map() };
    const given = stranded(waiting);
    expect((await ask(given, [true, true])).approved).toEqual([MOVE, ADD]);
    const declined = await ask(given, [false]);
    expect(declined.whys[0]).toBe(`you said no to what has to come first: "${MOVE}"`);
  });
});

describe('all', () => {
  const found = (id: string, risk: Risk, severity: 'broken' | 'warning' = 'warning') => {
    const finding = { id, severity, subject: id, endpoints: ['0.0.0.0:443'] } as unknown as Finding;
    const made = { finding, covers: [id], risk, title: id, after: [], steps: [], before: {} } as unknown as Plan;
    return { finding, plan: () => made, ways: () => [] } as unknown as Found;
  };
  const risks = [found('a', 'safe', 'broken'), found('b', 'disruptive'), found('c', 'manual'), found('d', 'safe')];

  it('never says yes to what is manual, nor to what disturbs others where only safe ones were spoken of', async () => {
    const safe = await askAbout(risks, ['all', false, false]);
    expect(safe).toMatchObject({ approved: ['a', 'd'], declined: ['b', 'c'] });
    const disruptive = await askAbout(risks, [true, 'all', true]);
    expect(disruptive.approved).toEqual(['a', 'b', 'c', 'd']);
    expect(disruptive.log.at(-1)).toBe('tell 4/4 d, by all');
  });
});

describe('many repairs', () => {
  /** How often it was looked at what a plan covers, while all of them were asked for. */
  async function looks(many: number): Promise<number> {
    let looked = 0;
    const found = Array.from({ length: many }, (_each, at) => {
      const finding = { id: `f${at}`, severity: 'broken', subject: '', endpoints: [] } as unknown as Finding;
      const made = { finding, risk: 'safe', title: finding.id, after: [], steps: [], before: {} };
      const plan = Object.defineProperty({ ...made, covers: [] }, 'covers', {
        get() {
          looked += 1;
          return [finding.id];
        },
      });
      return { finding, plan: () => plan as unknown as Plan, ways: () => [] } as unknown as Found;
    });
    const { approved, log } = await askAbout(found, ['all']);
    expect([approved.length, log.at(-1)]).toEqual([many, `tell ${many}/${many} f${many - 1}, by all`]);
    return looked;
  }

  it('are each held against no other that has nothing to do with it', async () => {
    const few = await looks(100);
    expect((await looks(200)) - few).toBe(few);
  });
});

describe('two repairs that edit one file', () => {
  const given = evidence({
    config: config(STALE.slice(0, 1), [FRONT_SITE, site(2, 'Shop', ['https *:443:shop.example.test'])]),
    handshakes: new Map(),
  });

  it('are two runs: the second waits where the first was said yes to', async () => {
    const { whys, approved, blocked } = await ask(given, [true]);
    expect(approved).toEqual(['Strip the certificate hash from customMetadata']);
    expect(blocked).toEqual(['wrong-name:*:443:shop.example.test']);
    expect(whys).toEqual([
      'stale-hash:LM/W3SVC/1 has to be repaired first, then this by another fix: both change the same thing',
    ]);
  });

  it('and does not wait where it was not', async () => {
    expect(await ask(given, [false, true])).toMatchObject({
      approved: ['Set the SNI flag of Shop, *:443:shop.example.test'],
      blocked: [],
    });
  });
});
