// A check of many sites, against reading and hashing the same files.
import { inTurn, peakMemory } from './measure.mjs';
import { besides, check, evidenceFolder, sizeOf } from './program.mjs';

const ROUNDS = 9;

/** @param {string} work @returns {Generator<import('./table.mjs').Row>} */
export function* largeCheck(work) {
  const thousand = evidenceFolder(work, 1_000);
  const many = evidenceFolder(work, 10_000);
  const programs = [floor(thousand), check(thousand), floor(many), check(many)];
  const [readThousand = [], checkedThousand = [], readMany = [], checkedMany = []] = inTurn(ROUNDS, programs);
  const against = 'against reading and hashing';
  yield { what: `check of 1,000 sites ${against}`, value: checkedThousand, base: readThousand, unit: 'ms' };
  yield { what: `check of 10,000 sites ${against}`, value: checkedMany, base: readMany, target: 4, unit: 'ms' };
  yield {
    what: 'check of 10,000 sites against 1,000',
    value: checkedMany,
    base: checkedThousand,
    target: 11,
    unit: 'ms',
  };
  const memory = peakMemory(3, check(many), work);
  yield {
    what: 'memory for 10,000 sites against the input',
    value: memory,
    base: [sizeOf(many)],
    target: 3,
    unit: 'bytes',
  };

  const lost = [check(evidenceFolder(work, 1_000, true), 1), check(evidenceFolder(work, 10_000, true), 1)];
  const [thousandLost = [], manyLost = []] = inTurn(5, lost);
  yield {
    what: 'check of 10,000 lost bindings against 1,000',
    value: manyLost,
    base: thousandLost,
    target: 11,
    unit: 'ms',
  };
}

/** @param {string} folder */
const floor = (folder) => ({ args: [besides('floor.mjs'), folder], exitCode: 0 });
