// An applicationHost.config that is not well-formed XML is never read as sound, and never copied, backed up or edited.

import { describe, expect, it } from 'vitest';
import { digest } from '../../src/chain/memory/fingerprint.ts';
import { checkOutcome } from '../../src/diagnosis/outcome.ts';
import { lineOf } from '../../src/formats/xml/text.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { perform } from '../../src/repair/executor/perform.ts';
import { diagnoseLab, fixLab, labDisk, machineOn, ourFiles } from '../support/run-lab.ts';

const SITES = '        <sites>';

/** What a hand made of the file. The line of its last character is the one to be named. */
const KINDS: readonly (readonly [kind: string, was: string, is: string])[] = [
  ['a comment in a comment', SITES, `${SITES}\r\n<!-- switched off <!-- old note --> by us -->`],
  ['a control character in a comment', SITES, `${SITES}<!-- \x1B[2J -->`],
  ['an undefined entity', SITES, `${SITES}&foo;`],
  ['a bare & in text', SITES, `${SITES}R&D`],
  ['a declaration without quotes', 'encoding="UTF-8"', 'encoding=UTF-8 '],
  ['a blank line before the declaration', '<?xml', '\r\n<?xml'],
  ['a prefix that nothing declares', SITES, `${SITES}<x:y />`],
  [']]> in text', SITES, `${SITES}]]>`],
  ['an instruction named xml', SITES, `${SITES}<?XML a?>`],
];

/** A server with a stale hash, whose configuration somebody has edited by hand. */
function spoiled(was: string, is: string) {
  const disk = labDisk({ faults: ['stale-hash'] });
  const text = disk.read(CONFIG_PATH)!.toString('utf8');
  expect(text).toContain(was);
  disk.write(CONFIG_PATH, Buffer.from(text.replace(was, () => is)));
  const line = lineOf(text, text.indexOf(was)) + is.split('\n').length - 1;
  return { disk, machine: machineOn(disk), line };
}

const backups = (paths: Iterable<string>): readonly string[] =>
  [...paths].filter((path) => /\\inetsrv\\backup\\|\.tmp$/i.test(path));

describe('a configuration that is not well-formed', () => {
  it.each(KINDS)('is not edited, and check names the line: %s', async (_kind, was, is) => {
    const { disk, machine, line } = spoiled(was, is);
    const before = disk.read(CONFIG_PATH);
    const diagnosis = await diagnoseLab(machine);
    const bindings = diagnosis.notChecked.find(({ what }) => what === 'the site bindings');
    expect(bindings?.why).toContain(`${CONFIG_PATH}: it is not well-formed XML: `);
    expect(bindings?.why).toMatch(new RegExp(` on line ${line}$`));
    expect(checkOutcome(diagnosis)).toBe('unknown');
    const { report } = await fixLab(disk, machine);
    expect(report.outcome).toBe('unknown');
    expect(report.plans).toEqual([]);
    expect(disk.read(CONFIG_PATH)).toEqual(before);
    expect(backups(disk.files().keys())).toEqual([]);
    expect(ourFiles(disk).filter((path) => path.startsWith('backups'))).toEqual([]);
  });

  it('is not copied either, whatever a plan says', async () => {
    const { disk, machine, line } = spoiled(SITES, `${SITES}<!-- -- -->`);
    const copy = 'C:\\copies\\a.config';
    const sha256 = digest(disk.read(CONFIG_PATH)!);
    const performed = await perform(
      { kind: 'copy-file', from: CONFIG_PATH, to: copy, sha256 },
      { machine, secrets: new Map() },
    );
    expect(performed).toMatchObject({ ok: false, error: { stale: false } });
    expect(performed.ok || performed.error.detail).toBe(
      `${CONFIG_PATH}: it is not well-formed XML: malformed comment on line ${line}`,
    );
    expect([...disk.files().keys()].filter((path) => path.startsWith('C:\\copies'))).toEqual([]);
  });
});
