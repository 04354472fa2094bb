// Examples in the help of each command: what people type first. That each of them is taken is held by a test.

import type { Command } from 'commander';

/** Words behind the program's name, by command. ID stands for the id of a playbook: which there are is known to their folder alone. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  '': ['', '--lab lab1'],
  check: ['check', 'check --from evidence.zip', 'check --json --html report.html', 'check --only ID'],
  fix: ['fix --dry-run', 'fix', 'fix --yes', 'fix --pfx shop.pfx'],
  undo: ['undo', 'undo 0001 --yes'],
  runs: ['runs', 'runs --json'],
  plan: ['plan --out repair.json', 'plan --from evidence --script repair.cmd'],
  collect: ['collect --out evidence', 'collect --script collect.cmd', 'collect --redact evidence'],
  report: ['report --fleet results', 'report --fleet results --html fleet.html --stale 48'],
  'baseline save': ['baseline save'],
  'baseline show': ['baseline show'],
  'schedule install': ['schedule install', 'schedule install --yes=disruptive', 'schedule install --owner'],
  'schedule status': ['schedule status'],
  'schedule reset': ['schedule reset'],
  'schedule pause': ['schedule pause --for 4h', 'schedule pause'],
  'schedule resume': ['schedule resume'],
  'schedule remove': ['schedule remove'],
  'dsc get': ['dsc get'],
  'dsc test': ['dsc test --lab lab1'],
  'dsc set': ['dsc set --lab lab1'],
  'dsc export': ['dsc export'],
  list: ['list'],
  explain: ['explain 0x80090016', 'explain 36870', 'explain ID'],
  completion: ['completion bash', 'completion powershell'],
  'lab create': ['lab create lab1', 'lab create lab1 --fault ID'],
  'lab unknowns': ['lab unknowns'],
  'lab reboot': ['lab reboot lab1'],
  'lab restart-iis': ['lab restart-iis lab1'],
  'lab logon': ['lab logon lab1 --as owner'],
  'lab serve': ['lab serve lab1'],
};

/** The words that name a command, without the program's own. */
export const pathOf = (command: Command): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();

/** The examples of a command, with the id of a playbook that there is. */
export const examplesOf = (path: string, id = 'ID'): readonly string[] =>
  (EXAMPLES[path] ?? []).map((words) => words.replace(/\bID$/, id));

/** Puts its examples behind the help of a command. */
export function withExamples(command: Command, id: string | undefined): void {
  const examples = examplesOf(pathOf(command), id);
  if (examples.length === 0) return;
  const lines = examples.map((words) => `  iis-ssl-heal ${words}`.trimEnd());
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
