// An edit of customMetadata in appcmd's words, for a server that cannot run this program.

import type { Strip } from '../../formats/iis/metadata-edit.ts';
import type { Command } from '../../model/repair/command.ts';
import type { Edit, ThroughAppcmd } from '../../model/repair/plan.ts';
import type { IisConfig, MetadataKey, MetadataProperty } from '../../model/server/iis-config.ts';
import { listMetadata, removeMetadata, setMetadataValue } from '../../windows-commands/appcmd.ts';

/** A property of `key` that gets another value, in base64. */
export interface MetadataCorrection {
  readonly key: MetadataKey;
  readonly property: MetadataProperty;
  readonly value: string;
}

/** What becomes of customMetadata. */
export interface MetadataChanges {
  readonly strips: readonly Strip[];
  readonly corrections: readonly MetadataCorrection[];
}

/** Undefined where a path holds what appcmd's own syntax could take for something else. `edits` are the same change. */
export function throughAppcmd(
  config: IisConfig,
  { strips, corrections }: MetadataChanges,
  edits: readonly Edit[],
): ThroughAppcmd | undefined {
  const stripped = config.metadata.flatMap((key) => {
    const ids = strips.filter(({ keyPath }) => sameText(keyPath, key.path)).flatMap((strip) => strip.ids);
    const properties = key.properties.filter(({ id }) => ids.includes(id));
    return properties.length === 0 ? [] : [{ key, properties }];
  });
  const paths = [...stripped, ...corrections].map(({ key }) => key.path);
  if (!paths.every((path) => /^[\w/. -]+$/.test(path))) return undefined;
  const removals = stripped.flatMap(({ key, properties }) =>
    isRemoved(key, edits) ? [removeMetadata(key.path)] : properties.map(({ id }) => removeMetadata(key.path, id)),
  );
  const settings = corrections.map(({ key, property, value }) => setMetadataValue(key.path, property.id, value));
  const after = afterwards(
    config,
    stripped.flatMap(({ properties }) => properties),
    corrections,
  );
  return { commands: unique([...settings, ...removals]), shows: listMetadata(), lines: linesOf(config, after) };
}

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const isRemoved = ({ range }: MetadataKey, edits: readonly Edit[]): boolean =>
  edits.some((edit) => edit.start <= range.start && edit.end >= range.end);

/** All properties as they are to be. */
function afterwards(
  config: IisConfig,
  stripped: readonly MetadataProperty[],
  corrections: readonly MetadataCorrection[],
): readonly MetadataProperty[] {
  return config.metadata
    .flatMap(({ properties }) => properties)
    .filter((property) => !stripped.includes(property))
    .map((property) => {
      const correction = corrections.find((each) => each.property === property);
      return correction === undefined ? property : { ...property, value: correction.value };
    });
}

/**
 * The lines that change in number: those of an id, and those of a hash. Quotes are written as `.`, since a quote in an
 * argument of findstr is read differently by cmd and by findstr.
 */
function linesOf(config: IisConfig, after: readonly MetadataProperty[]): ThroughAppcmd['lines'] {
  const before = config.metadata.flatMap(({ properties }) => properties);
  const patterns = new Set([...before, ...after].flatMap(patternsOf));
  const count = (all: readonly MetadataProperty[], pattern: string) =>
    all.filter((property) => patternsOf(property).includes(pattern)).length;
  return [...patterns]
    .map((pattern) => ({ pattern, before: count(before, pattern), after: count(after, pattern) }))
    .filter((line) => line.before !== line.after);
}

function patternsOf({ id, value }: MetadataProperty): readonly string[] {
  const byId = `<property .*id=.${id}. `;
  return /^[A-Za-z0-9+/]{8,100}={0,2}$/.test(value) ? [byId, `<property .*value=.${value}.`] : [byId];
}

function unique(commands: readonly Command[]): readonly Command[] {
  return [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()];
}
