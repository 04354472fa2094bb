import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { changeIds, faultIds } from '../../src/lab/faults.ts';
import { evidence } from '../support/evidence-folder.ts';

const FOLDER = new URL('../../playbooks/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && name !== 'index.ts');

describe('the list of playbooks', () => {
  it('has every file of its folder, under the name of the file', () => {
    expect(playbooks.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
    const index = readFileSync(new URL('index.ts', FOLDER), 'utf8');
    for (const name of files) expect(index).toContain(`'./${name}'`);
  });

  it('is in the order in which the repairs work: the entry, what it has overwritten, the key, the record', () => {
    expect(playbooks.map(({ id }) => id)).toEqual([
      'stale-hash',
      'overwritten-record',
      'stranded-key',
      'lost-binding',
      'broken-link',
    ]);
  });

  it('has a fault of the lab for each that repairs something', () => {
    const repairing = playbooks.map(({ id }) => id).filter((id) => id !== 'broken-link');
    expect([...faultIds, ...changeIds].sort()).toEqual(repairing.sort());
  });

  it.each(playbooks.map((playbook) => [playbook.id, playbook] as const))(
    '%s tells what it is in words',
    (_id, playbook) => {
      for (const text of [playbook.title, playbook.symptom, playbook.remedy]) {
        expect(text.length).toBeGreaterThan(20);
        expect(text).not.toMatch(/\.$/);
      }
    },
  );

  it.each(playbooks.map((playbook) => [playbook.id, playbook] as const))(
    '%s finds nothing on a healthy server',
    (_id, playbook) => {
      expect(playbook.find(evidence())).toEqual([]);
    },
  );
});
