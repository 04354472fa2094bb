// Sets the sslFlags of site bindings in applicationHost.config, and holds the SSL records that belong to them. What IIS does to
// the records of a binding whose flags change in the file is not established: it may leave them, or make them anew as it makes
// any. So each is read before, is as it is meant afterwards, and is put back as it was where the change is taken back.

import { type FlagsChange, setSslFlags } from '../../formats/iis/binding-edit.ts';
import type { Step, ThroughAppcmd } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import { ok, type Result } from '../../model/result.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { httpsBindings, type IisConfig, type Site, type SiteBinding } from '../../model/server/iis-config.ts';
import { iisRecord, type SslRecord } from '../../model/server/ssl-record.ts';
import { listSites, setBindingFlags } from '../../windows-commands/appcmd.ts';
import { addSslRecord, deleteSslRecord, showSslRecord } from '../../windows-commands/netsh.ts';
import { editConfigSteps } from '../config/edit-config.ts';

/** A binding with the flags that it is to have. */
export interface BindingFlags extends FlagsChange {
  readonly site: Site;
}

/** A record of one of these bindings as it is, and as it is meant to be behind the edit. */
export interface HeldRecord {
  /** Of its binding, before the edit. */
  readonly sslFlags: number;
  readonly present: SslRecord;
  readonly wanted: SslRecord;
}

/** Fails where a record could not be put back through this host's netsh: then nothing is begun. */
export function bindingFlagsSteps(
  config: IisConfig,
  changes: readonly BindingFlags[],
  held: readonly HeldRecord[],
  evidence: Evidence,
  host: Host,
): Result<readonly Step[]> {
  const edits = setSslFlags(config, changes);
  if (!edits.ok) return edits;
  const before: Step[] = [];
  const afterwards: Step[] = [];
  for (const each of held) {
    const steps = heldSteps(each, host);
    if (!steps.ok) return steps;
    before.push(steps.value.before);
    afterwards.push(steps.value.afterwards);
  }
  const edit = editConfigSteps(config, edits.value, titleOf(changes), evidence, throughAppcmd(config, changes));
  return ok([...before, ...edit, ...afterwards]);
}

const titleOf = (changes: readonly BindingFlags[]): string =>
  `Set ${changes.map(({ site, binding, sslFlags }) => `sslFlags ${sslFlags} of ${site.name}, ${binding.information}`).join('; ')}`;

function heldSteps(
  { present, wanted, sslFlags }: HeldRecord,
  host: Host,
): Result<{ readonly before: Step; readonly afterwards: Step }> {
  const back = addSslRecord(present, host.netshAdds);
  if (!back.ok) return back;
  const added = addSslRecord(wanted, host.netshAdds);
  if (!added.ok) return added;
  const { endpoint } = present;
  const first = deleteSslRecord(endpoint);
  const putBack = {
    do: { kind: 'run', command: back.value, patient: true, first },
    holds: { kind: 'record-is', record: present },
  } as const;
  // Where the file is put back first, IIS may have made the record of the binding's old flags by then.
  const midway = [iisRecord(present, sslFlags)];
  return ok({
    before: {
      title: `Read the SSL record of ${endpoint.name}, to be put back where IIS changes it`,
      do: { kind: 'run', command: showSslRecord(endpoint) },
      undo: putBack,
      holds: { kind: 'record-is', record: present, midway },
      always: true,
    },
    afterwards: {
      title: `See that the SSL record of ${endpoint.name} is as it is meant: add it again where it is not`,
      do: { kind: 'run', command: added.value, patient: true, first },
      undo: putBack,
      holds: { kind: 'record-is', record: wanted },
    },
  });
}

/** What may stand in an argument of appcmd and in a pattern of findstr without being taken for something else. */
const PLAIN = /^[\w .:*()[\]-]{1,150}$/;

/** The same change in appcmd's words; undefined where a name holds what its own syntax could take for something else. */
function throughAppcmd({ sites }: IisConfig, changes: readonly BindingFlags[]): ThroughAppcmd | undefined {
  if (!changes.every(({ site, binding }) => PLAIN.test(site.name) && PLAIN.test(binding.information))) return undefined;
  const commands = changes.map(({ site, binding, sslFlags }) =>
    setBindingFlags(site.name, binding.information, sslFlags),
  );
  const before = sites.flatMap(httpsBindings);
  const after = before.map((binding) => {
    const change = changes.find((each) => each.binding === binding);
    return change === undefined ? binding : { ...binding, sslFlags: change.sslFlags };
  });
  const patterns = changes.flatMap(({ binding, sslFlags }) => [
    patternOf(binding),
    patternOf({ ...binding, sslFlags }),
  ]);
  const count = (all: readonly SiteBinding[], pattern: string) =>
    all.filter((each) => new RegExp(pattern).test(lineOf(each))).length;
  const lines = [...new Set(patterns.filter((pattern) => pattern !== ''))]
    .map((pattern) => ({ pattern, before: count(before, pattern), after: count(after, pattern) }))
    .filter((line) => line.before !== line.after);
  return { commands, shows: listSites(), lines };
}

/**
 * The line of a binding, every sign that could mean something written as `.`; '' without flags, since a default may be
 * printed or not.
 */
const patternOf = ({ information, sslFlags }: SiteBinding): string =>
  sslFlags === 0
    ? ''
    : `<binding .*bindingInformation=.${information.replace(/[^A-Za-z0-9]/g, '.')}. .*sslFlags=[^0-9]${sslFlags}[^0-9]`;

const lineOf = ({ protocol, information, sslFlags }: SiteBinding): string =>
  `<binding protocol="${protocol}" bindingInformation="${information}" sslFlags="${sslFlags}" />`;
