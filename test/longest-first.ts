// Two workers share the files, and whoever takes the longest one last keeps the other waiting. Vitest knows from its cache how
// long each took the last time; a fresh clone has none.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first; all others keep the order that Vitest gives them. */
const LONGEST = [
  'repair/crash-model',
  'cli/kill',
  'cmd-scripts/collect/script',
  'unattended/month',
  'repair/matrix',
  'docs/newcomer',
  'cli/every-option',
  'docs/readme-commands',
  'repair/injected',
  'cli/unattended',
  'cli/heal',
  'cli/session-screens',
  'unattended/self-heal-crash',
  'commands/look/collect',
  'repair/half-done',
  'repair/live-path-keys',
  'cli/lab-triggers',
  'repair/combined-lab',
  'cmd-scripts/fix/script',
  'cli/own-process',
  'cli/bad-input',
  'repair/failing-lab',
  'formats/tasks/task-schema',
];

const place = ({ moduleId }: TestSpecification): number => {
  const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return at === -1 ? LONGEST.length : at;
};

/** What Vitest asks for the order of the files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
