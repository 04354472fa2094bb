import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../../src/chain/memory/fingerprint.ts';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import { applyEdits, correctValue, stripProperties } from '../../../src/formats/iis/metadata-edit.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import type { IisConfig } from '../../../src/model/server/iis-config.ts';
import { type MetadataChanges, throughAppcmd } from '../../../src/steps/config/through-appcmd.ts';
import { findstr } from '../../support/cmd/tools.ts';
import { configText, metadataKey } from '../../support/evidence-folder.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

function read(text: string): IisConfig {
  const config = readApplicationHost(Buffer.from(text), CONFIG_PATH);
  if (!config.ok) throw new Error(config.error);
  return config.value;
}

const editsFor = (config: IisConfig, { strips, corrections }: MetadataChanges) => [
  ...corrections.flatMap(({ property, value }) => correctValue(config, property, value)),
  ...stripProperties(config, strips),
];

/** What the section says: paths with ids and values. */
const meaning = (config: IisConfig) =>
  config.metadata.map(({ path, properties }) => [path, properties.map(({ id, value }) => [id, value])]);

/** Lets the lab's appcmd do it, and counts what it prints before and after. */
async function byAppcmd(config: IisConfig, changes: MetadataChanges) {
  const through = throughAppcmd(config, changes, editsFor(config, changes));
  if (through === undefined) throw new Error('appcmd cannot say it');
  const disk = labDisk();
  disk.write(CONFIG_PATH, Buffer.from(config.text));
  const machine = machineOn(disk);
  const counts = async () => {
    const shown = await machine.run(through.shows);
    if (!shown.started) throw new Error(shown.detail);
    return through.lines.map(({ pattern }) => {
      const { stdout } = findstr(['/r', `/c:${pattern}`, 'shown'], () => Buffer.from(shown.stdout));
      return stdout.toString('latin1').split('\r\n').length - 1;
    });
  };
  const before = await counts();
  for (const command of through.commands) expect(await machine.run(command)).toMatchObject({ exitCode: 0 });
  const text = disk.read(CONFIG_PATH)!.toString('utf8');
  expect(before).toEqual(through.lines.map((line) => line.before));
  expect(await counts()).toEqual(through.lines.map((line) => line.after));
  expect(through.lines.length).toBeGreaterThan(0);
  return { through, text };
}

const STALE = '442jqCFFZ77jBhZ7QYHKXuK9drc=';
const GOOD = 'oXiHOzFAMOF0YxIuI7soWvDFEzg=';

const strip = (...paths: readonly string[]): MetadataChanges => ({
  strips: paths.map((keyPath) => ({ keyPath, ids: [5506, 5511] })),
  corrections: [],
});

describe('an edit of customMetadata through appcmd', () => {
  it('removes the key that becomes empty, and else the property', async () => {
    const config = read(
      configText([
        metadataKey('LM/W3SVC/1', [
          [5506, STALE],
          [5511, 'MY'],
        ]),
        metadataKey('LM/W3SVC/2', [
          [5506, STALE],
          [1018, '23'],
        ]),
      ]),
    );
    const { through, text } = await byAppcmd(config, strip('lm/w3svc/1', 'LM/W3SVC/2'));
    expect(through.commands.map(({ args }) => args)).toEqual([
      ['set', 'config', '-section:system.applicationHost/customMetadata', "/-[path='LM/W3SVC/1']"],
      ['set', 'config', '-section:system.applicationHost/customMetadata', "/-[path='LM/W3SVC/2'].[id='5506']"],
    ]);
    expect(meaning(read(text))).toEqual([['LM/W3SVC/2', [[1018, '23']]]]);
  });

  it('keeps an entry of another site that has the same hash', async () => {
    const config = read(
      configText([metadataKey('LM/W3SVC/1', [[5506, GOOD]]), metadataKey('LM/W3SVC/9', [[5506, GOOD]])]),
    );
    const { through, text } = await byAppcmd(config, strip('LM/W3SVC/9'));
    expect(through.lines.map(({ before, after }) => [before, after])).toEqual([
      [2, 1],
      [2, 1],
    ]);
    expect(meaning(read(text))).toEqual([['LM/W3SVC/1', [[5506, GOOD]]]]);
  });

  it('writes another value in its place', async () => {
    const config = read(
      configText([
        metadataKey('LM/W3SVC/1', [
          [5506, STALE],
          [5511, 'MY'],
        ]),
      ]),
    );
    const [key] = config.metadata;
    const changes = { strips: [], corrections: [{ key: key!, property: key!.properties[0]!, value: GOOD }] };
    const { text } = await byAppcmd(config, changes);
    expect(text).toBe(config.text.replace(STALE, GOOD));
  });

  it('cannot be said where a path holds what appcmd could take for its own', () => {
    const config = read(configText([metadataKey("LM/W3SVC/1/ROOT/it's", [[5506, STALE]])]));
    const changes = strip("LM/W3SVC/1/ROOT/it's");
    expect(throughAppcmd(config, changes, editsFor(config, changes))).toBeUndefined();
  });

  it('comes to the same as the byte-exact edit, whatever is there', async () => {
    const property = fc.tuple(fc.constantFrom(5506, 5511, 1018, 5519), fc.constantFrom(STALE, GOOD, 'MY', '', '!!'));
    const properties = fc.uniqueArray(property, { minLength: 1, maxLength: 4, selector: ([id]) => id });
    const keys = fc.uniqueArray(fc.tuple(fc.constantFrom('1', '2', '9', '1/ROOT/My App'), properties), {
      minLength: 1,
      maxLength: 4,
      selector: ([path]) => path,
    });
    await fc.assert(
      fc.asyncProperty(keys, fc.func(fc.boolean()), async (all, chosen) => {
        const config = read(configText(all.map(([path, has]) => metadataKey(`LM/W3SVC/${path}`, has))));
        const changes = strip(...config.metadata.map(({ path }) => path).filter((path) => chosen(path)));
        const edits = editsFor(config, changes);
        if (edits.length === 0) return;
        const { text } = await byAppcmd(config, changes);
        expect(meaning(read(text))).toEqual(meaning(read(applyEdits(config.text, edits))));
        expect(digest(Buffer.from(text))).not.toBe(config.sha256);
      }),
      { numRuns: 40 },
    );
  });
});
