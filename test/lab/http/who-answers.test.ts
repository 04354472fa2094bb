// Three ways to ask one lab who answers a visitor: what it says, what its probe gets, what a client of `lab serve` gets.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serveLab } from '../../../src/lab/http/serve.ts';
import { type Answer, whoAnswers } from '../../../src/lab/http/who-answers.ts';
import { openLab } from '../../../src/lab/open.ts';
import { served } from '../../support/new-lab.ts';
import { ASKED, COME_TO, labFrom, PORTS, randomLab } from '../../support/random-lab.ts';
import { visit } from '../../support/visitor.ts';

const visitor = fc.record({
  address: fc.constantFrom(...COME_TO),
  port: fc.constantFrom(...PORTS),
  name: fc.constantFrom(...ASKED),
});

const said = (answer: Answer): string => {
  if (answer.gets === 'certificate') return createHash('sha1').update(answer.sends[0]!).digest('hex').toUpperCase();
  return answer.gets === 'reset' || answer.gets === 'silence' ? 'no-tls' : 'no-connection';
};

describe('who answers a visitor', () => {
  it('is one answer, whoever asks, for any lab', async () => {
    const got = new Set<string>();
    await fc.assert(
      fc.asyncProperty(randomLab, fc.array(visitor, { minLength: 4, maxLength: 4 }), async (recipe, visitors) => {
        const server = labFrom(recipe);
        const serving = await serveLab(server.disk);
        try {
          for (const { address, port, name } of visitors) {
            const ip = address.includes(':') ? `[${address}]` : address;
            const expected = said(whoAnswers(openLab(server.disk), { ip, port }, name));
            const at = serving.addresses.find((each) => each.address === `${ip}:${port}`);
            expect(at === undefined ? 'no-connection' : await visit(at.port, name)).toBe(expected);
            expect(await served(openLab(server.disk), name, address, port)).toBe(expected);
            got.add(expected.length === 40 ? 'certificate' : expected);
          }
        } finally {
          await serving.close();
        }
      }),
      { numRuns: 50, seed: 20261127 },
    );
    expect([...got].toSorted()).toEqual(['certificate', 'no-connection', 'no-tls']);
  }, 120_000);
});
