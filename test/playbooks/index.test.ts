import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { named, playbooks } from '../../playbooks/index.ts';
import { CODES } from '../../src/explain/codes.ts';
import { EVENTS } from '../../src/explain/events.ts';
import { WORDS } from '../../src/explain/words.ts';
import { changeIds, faultIds, isFault } from '../../src/lab/faults/faults.ts';
import { KEY_CODES } from '../../src/model/repair/playbook.ts';
import { evidence } from '../support/evidence-folder.ts';

const FOLDER = new URL('../../playbooks/', import.meta.url);
const SOURCES = new URL('../../src/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && name !== 'index.ts');

describe('the list of playbooks', () => {
  it('has every file of its folder, under the name of the file', () => {
    expect(playbooks.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
    const index = readFileSync(new URL('index.ts', FOLDER), 'utf8');
    for (const name of files) expect(index).toContain(`'./${name}'`);
  });

  it('is in the order in which the repairs work: the entry, what it has overwritten, the key, the certificate, the record, the rest', () => {
    const order = [
      'stale-hash',
      'overwritten-record',
      'stranded-key',
      'superseded-certificate',
      'lost-binding',
      'wrong-name',
      'broken-link',
    ];
    const ids = playbooks.map(({ id }) => id);
    expect(ids.filter((id) => order.includes(id))).toEqual(order);
    expect(ids.at(-1)).toBe('broken-link');
  });

  it('has a test for each', () => {
    for (const { id } of playbooks) expect(readdirSync(import.meta.dirname), id).toContain(`${id}.test.ts`);
  });

  it('has a fault of the lab for each that has a fault of its own', () => {
    const ids = named.map(({ id }) => id);
    expect(ids.filter((id) => !isFault(id) && !changeIds.includes(id))).toEqual([]);
    expect([...faultIds, ...changeIds].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it.each(playbooks.map(({ id, shownBy }) => [id, shownBy] as const))(
    '%s is shown by codes and events that explain knows',
    (_id, shownBy) => {
      const known = [KEY_CODES, ...CODES.map(({ name }) => name), ...EVENTS.map((event) => String(event.id))];
      known.push(...WORDS.flatMap(({ names }) => names));
      for (const sign of shownBy) expect(known).toContain(sign);
    },
  );

  it('is named by nothing outside of this folder', () => {
    const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).map((name) =>
      name.replaceAll('\\', '/'),
    );
    const product = sources.filter((name) => name.endsWith('.ts') && !name.startsWith('lab/'));
    const naming = product.flatMap((name) => {
      // A link had this code, and a source this folder, before the playbook had its name.
      const text = readFileSync(new URL(name, SOURCES), 'utf8').replace(/central-store(?='|\.ts|\/)/g, '');
      return playbooks.filter(({ id }) => text.includes(id)).map(({ id }) => `${name} names ${id}`);
    });
    expect(naming).toEqual([]);
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
