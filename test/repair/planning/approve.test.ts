import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Choices, Plan, Risk } from '../../../src/model/repair/plan.ts';
import { NO_CHOICES, planningHere } from '../../../src/model/repair/planning.ts';
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
  FRONT_FILE,
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

/** Asks a scripted person: every answer in turn, 'gone' for one who leaves. What was shown and asked comes back. */
async function ask(given: Evidence, answers: readonly (boolean | number | 'gone')[], choices: Partial<Choices> = {}) {
  const log: string[] = [];
  const left = [...answers];
  const next = <T>(question: string, map: (answer: boolean | number) => T): Answer<T> => {
    log.push(question);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`nobody expected to be asked: ${question}`);
    return answer === 'gone' ? { ok: false, error: 'gone' } : { ok: true, value: map(answer) };
  };
  const person: Person = {
    approve: async (question) => next(question, (answer) => answer === true),
    choose: async <T>(question: string, offered: readonly Choice<T>[]) => {
      log.push(...offered.map(({ title }) => `- ${title}`));
      return next(question, (answer) => offered[Number(answer)]!.value);
    },
    secret: async () => ({ ok: false, error: 'gone' }),
  };
  const decisions = await askForEach(diagnose(given, playbooks).found, {
    person,
    how: planningHere(given, { ...NO_CHOICES, ...choices }),
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
    plans: decisions.approved,
  };
}

const WAYS = [
  '- Move the key into the machine key store (lasting repair, recommended)',
  '- Run the binding again (relief only: HTTPS stops again at the next reboot)',
  '- Run it again through IIS, by appcmd (relief only: HTTPS stops again at the next reboot)',
];

describe('a person', () => {
  it('is asked for the way out, is shown the plan, and says yes', async () => {
    const { log, approved, declined, gone } = await ask(stranded(), [0, true]);
    expect(log).toEqual([
      ...WAYS,
      expect.stringMatching(/will stop at the next reboot\. Which way out\?$/),
      'show Move the key into the machine key store',
      'Apply this repair?',
    ]);
    expect(approved).toEqual(['Move the key into the machine key store']);
    expect([declined, gone]).toEqual([[], false]);
  });

  it('may take the other way, or say no', async () => {
    const { approved, declined } = await ask(stranded(), [1, false]);
    expect(approved).toEqual([]);
    expect(declined).toEqual(['Run the binding again: relief until the next reboot at most']);
  });

  it('is not asked for a way where a PFX file was given', async () => {
    const pfx = { file: 'C:\\mine.pfx', thumbprint: FRONT.thumbprint };
    const { approved } = await ask(stranded(), [true], { pfx });
    expect(approved).toEqual(['Import the certificate with a machine key from the PFX file']);
  });

  it('is not asked again for a finding that an answered plan covers', async () => {
    for (const answer of [true, false]) {
      const { log } = await ask(evidence({ config: config(STALE) }), [answer]);
      expect(log).toEqual(['show Strip the certificate hash from customMetadata', 'Apply this repair?']);
    }
  });

  it('chooses the certificate where several fit', async () => {
    const { log, approved, plans } = await ask(SEVERAL, [2, true]);
    expect(log.slice(0, 3)).toEqual([
      expect.stringMatching(/^- shop\.example\.test, .*, in use at shop\.example\.test:443$/),
      expect.stringMatching(/^- front\.example\.test, CN=front\.example\.test, issued by CN=Test CA, valid from /),
      expect.stringMatching(/^- third\.example\.test, /),
    ]);
    expect(log.slice(3)).toEqual([
      'The https binding *:443: of Front has no SSL record: HTTPS of Front is down, or will be after the next reboot (no handshake was tried). Which certificate?',
      'show Add the SSL record of 0.0.0.0:443 again',
      'Apply this repair?',
    ]);
    expect(approved).toHaveLength(1);
    expect(JSON.stringify(plans[0]?.steps)).toContain(`certhash=${THIRD.thumbprint.toLowerCase()}`);
  });

  it('keeps an earlier choice that was made for another finding', async () => {
    const certificates = new Map([['lost-binding:0.0.0.0:443', THIRD.thumbprint]]);
    const { log } = await ask(SEVERAL, [true], { certificates });
    expect(log[0]).toBe('show Add the SSL record of 0.0.0.0:443 again');
  });

  it('is told what is blocked, and goes on with the rest', async () => {
    const { log, blocked, approved } = await ask(
      evidence({ records: have([]), storeMy: have([]), config: config(STALE, [FRONT_SITE]) }),
      [true],
    );
    expect(log).toEqual([
      'show Strip the certificate hash from customMetadata',
      'Apply this repair?',
      'blocked no usable certificate in LocalMachine fits this binding: import one',
    ]);
    expect(blocked).toEqual(['lost-binding:0.0.0.0:443']);
    expect(approved).toHaveLength(1);
  });

  it('who leaves at any question has approved nothing at all', async () => {
    const nothing = { gone: true, approved: [], declined: [], blocked: [] };
    expect(await ask(stranded(), ['gone'])).toMatchObject(nothing);
    expect(await ask(stranded(), [0, 'gone'])).toMatchObject(nothing);
    expect(await ask(SEVERAL, ['gone'])).toMatchObject(nothing);
    expect(await ask(stranded({ config: config(STALE) }), [true, 'gone'])).toMatchObject(nothing);
  });
});

describe('two repairs that edit one file', () => {
  const given = evidence({
    config: config(STALE.slice(0, 1), [FRONT_SITE, site(2, 'Shop', ['https *:443:shop.example.test'])]),
    handshakes: new Map(),
  });

  it('are two runs: the second waits where the first was said yes to', async () => {
    const { log, approved, blocked } = await ask(given, [true]);
    expect(approved).toEqual(['Strip the certificate hash from customMetadata']);
    expect(blocked).toEqual(['wrong-name:*:443:shop.example.test']);
    expect(log.at(-1)).toBe(
      'blocked stale-hash:LM/W3SVC/1 has to be repaired first, then this by another fix: both change the same thing',
    );
  });

  it('and does not wait where it was not', async () => {
    expect(await ask(given, [false, true])).toMatchObject({
      approved: ['Set the SNI flag of Shop, *:443:shop.example.test'],
      blocked: [],
    });
  });
});
