import { describe, expect, it } from 'vitest';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import type { Host } from '../../../src/model/repair/planning.ts';
import { bindingFlagsSteps } from '../../../src/steps/bindings/binding-flags.ts';
import { findstr } from '../../support/cmd/tools.ts';
import { configText, EVERY_OPTION, evidence, FRONT_RECORD, SHOP_RECORD, site } from '../../support/evidence-folder.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const HOST: Host = { netshAdds: EVERY_OPTION, netshUpdates: undefined, osBuild: 20348 };

function stepsFor(
  sites: readonly string[],
  pick: readonly (readonly [site: number, binding: number, flags: number])[],
) {
  const read = readApplicationHost(Buffer.from(configText([], sites)), CONFIG_PATH);
  if (!read.ok) throw new Error(read.error);
  const changes = pick.map(([at, of, sslFlags]) => {
    const found = read.value.sites[at]!;
    return { site: found, binding: found.bindings[of]!, sslFlags };
  });
  const steps = bindingFlagsSteps(read.value, changes, [], evidence(), HOST);
  if (!steps.ok) throw new Error(steps.error);
  const edit = steps.value.map((step) => step.do).find((action) => action.kind === 'edit-file')!;
  return { config: read.value, steps: steps.value, through: edit.through };
}

/** Lets the lab's appcmd do it, and counts what it prints before and after. */
async function byAppcmd({ config, through }: ReturnType<typeof stepsFor>) {
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
  expect(await counts()).toEqual(through.lines.map(({ before }) => before));
  for (const command of through.commands) expect(await machine.run(command)).toMatchObject({ exitCode: 0 });
  expect(await counts()).toEqual(through.lines.map(({ after }) => after));
  const after = readApplicationHost(disk.read(CONFIG_PATH)!, CONFIG_PATH);
  return after.ok ? after.value.sites.map(({ bindings }) => bindings.map(({ sslFlags }) => sslFlags)) : [];
}

describe('the flags of a binding, through appcmd', () => {
  const SHOP = site(2, 'My Shop (2)', [
    'http *:80:',
    'https *:443:shop-a.example.test',
    'https *:443:shop.a.example.test 3',
  ]);
  it.each([
    ['set where there are none', [[0, 1, 1]], [[0, 1, 3]]],
    ['changed from others, beside a binding that looks like it', [[0, 2, 1]], [[0, 0, 1]]],
    [
      'of two at once',
      [
        [0, 1, 33],
        [0, 2, 1],
      ],
      [[0, 33, 1]],
    ],
  ] as const)('%s', async (_what, changes, flags) => {
    const made = stepsFor([SHOP], changes);
    expect(made.through?.lines.every(({ before, after }) => before !== after)).toBe(true);
    expect(await byAppcmd(made)).toEqual(flags);
  });

  it.each(["Tom's", 'a "quoted" one', 'per%cent', 'Jürgen'])('cannot be said for a site named %s', (name) => {
    const escaped = name.replaceAll('"', '&quot;');
    expect(stepsFor([site(1, escaped, ['https *:443:a.test'])], [[0, 0, 1]]).through).toBeUndefined();
  });
});

describe('records that are held while the flags change', () => {
  const sites = [site(1, 'A', ['https *:443:a.test'])];
  const read = readApplicationHost(Buffer.from(configText([], sites)), CONFIG_PATH);
  const config = read.ok ? read.value : undefined!;
  const change = { site: config.sites[0]!, binding: config.sites[0]!.bindings[0]!, sslFlags: 33 };

  it('are read before, put back with the file, and as they are meant behind the edit', () => {
    const wanted = { ...SHOP_RECORD, flags: 0x40 };
    const made = bindingFlagsSteps(config, [change], [{ present: SHOP_RECORD, wanted, sslFlags: 0 }], evidence(), HOST);
    const steps = made.ok ? made.value : [];
    expect(steps.map(({ title }) => title.replace(/[0-9a-f]{12}/g, '<sha>'))).toEqual([
      'Read the SSL record of shop.example.test:443, to be put back where IIS changes it',
      'Copy the configuration to C:\\ProgramData\\iis-ssl-heal\\backups\\applicationHost.<sha>.config',
      'Make the named backup iis-ssl-heal-<sha>',
      'Set sslFlags 33 of A, *:443:a.test',
      'See that the SSL record of shop.example.test:443 is as it is meant: add it again where it is not',
    ]);
    expect(steps[0]).toMatchObject({ always: true, holds: { record: SHOP_RECORD, midway: [{ flags: 0 }] } });
    expect(steps.at(-1)).toMatchObject({ holds: { record: wanted }, undo: { holds: { record: SHOP_RECORD } } });
  });

  it('are a reason to begin nothing where netsh cannot give one back, or make it as meant', () => {
    const strange = { ...FRONT_RECORD, notUnderstood: ['Strange'] };
    for (const held of [
      { present: strange, wanted: FRONT_RECORD, sslFlags: 0 },
      { present: FRONT_RECORD, wanted: strange, sslFlags: 0 },
    ])
      expect(bindingFlagsSteps(config, [change], [held], evidence(), HOST)).toMatchObject({ ok: false });
  });
});
