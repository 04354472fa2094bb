// Runs a script of ours on a lab: an interpreter for the forms of cmd that the scripts use, over the lab's disk and
// programs, with findstr and fc as published. It refuses every other form.

import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import type { Caller } from '../../../src/lab/program.ts';
import { runProgram } from '../../../src/lab/run.ts';
import { fc, findstr } from './tools.ts';
import { expandPercents, type Simple, splitArguments, splitLine } from './words.ts';

export interface ScriptRun {
  readonly exitCode: number;
  /** What a person sees. */
  readonly said: string;
  /** Program name and arguments of every start, in order. */
  readonly started: readonly (readonly string[])[];
}

export interface ScriptWorld {
  readonly disk: MemoryDisk;
  readonly caller: Caller;
  readonly environment?: Readonly<Record<string, string>>;
  /** The person turns the computer off before this start. */
  readonly offAt?: number;
}

class PowerOff extends Error {}

const SYSTEM32 = 'C:\\Windows\\System32\\';

/** Runs it to its end. */
export function runScript(script: string, world: ScriptWorld): ScriptRun {
  const { disk, caller } = world;
  const lines = script.split('\r\n');
  const variables = new Map(
    Object.entries({
      SYSTEMROOT: 'C:\\Windows',
      PROGRAMDATA: 'C:\\ProgramData',
      COMPUTERNAME: 'LABSRV',
      TEMP: 'C:\\Windows\\Temp',
      ...world.environment,
    }),
  );
  const started: string[][] = [];
  let said = '';
  let errorLevel = 0;

  const read = (path: string) => disk.read(path);
  const exists = (path: string) => {
    if (/\\(fc|findstr|fltmc|ping)\.exe$/i.test(path)) return true;
    return disk.read(path) !== undefined || disk.list(path.replace(/\\$/, '')) !== undefined;
  };
  const variable = (name: string) => {
    const set = variables.get(name);
    if (set !== undefined) return set;
    if (name === 'ERRORLEVEL') return String(errorLevel | 0);
    return name === 'RANDOM' ? String(Math.floor(Math.random() * 32768)) : '';
  };

  type Jump = { readonly to: string } | { readonly exit: number } | undefined;

  /** From a line on to `exit /b`. */
  function from(start: number, args: readonly string[]): number {
    for (let at = start, steps = 0; at < lines.length; at++) {
      if (++steps > 5000) throw new Error('the script does not end');
      const jump = line(expandPercents(lines[at] ?? '', { variable, args }), args);
      if (jump === undefined) continue;
      if ('exit' in jump) return jump.exit;
      at = labelled(jump.to);
    }
    throw new Error('the script ran past its end');
  }

  function labelled(label: string): number {
    const found = lines.flatMap((each, index) => (each.toLowerCase() === `:${label.toLowerCase()}` ? [index] : []));
    if (found.length !== 1) throw new Error(`${found.length} labels :${label}`);
    return found[0] ?? 0;
  }

  function line(text: string, args: readonly string[]): Jump {
    const bare = text.trimStart().replace(/^@/, '');
    if (bare === '' || bare.startsWith(':') || /^rem /i.test(bare)) return undefined;
    if (/^if /i.test(bare)) return ifLine(bare.slice(3), args);
    if (/^for /i.test(bare)) return forLine(bare, args);
    for (const [index, simple] of splitLine(bare).entries()) {
      if (index > 0 && errorLevel !== 0) return undefined;
      const jump = simpleCommand(simple);
      if (jump) return jump;
    }
    return undefined;
  }

  function ifLine(text: string, args: readonly string[]): Jump {
    const [all, ignoreCase, not, test = ''] =
      /^(\/i )?(not )?(exist "[^"]*"|defined \w+|"[^"]*"=="[^"]*"|\d+ GEQ \d+) /i.exec(text) ?? [];
    if (all === undefined) throw new Error(`an if that the scripts do not use: ${text}`);
    const [, left = '', right = ''] = /^"(.*)"=="(.*)"$/.exec(test) ?? [];
    const same = ignoreCase ? left.toLowerCase() === right.toLowerCase() : left === right;
    const holds = /^exist/i.test(test)
      ? exists(test.slice(7, -1))
      : /^defined/i.test(test)
        ? (variables.get(test.slice(8).toUpperCase()) ?? '') !== ''
        : test.includes('GEQ')
          ? Number(test.split(' ')[0]) >= Number(test.split(' ')[2])
          : same;
    return holds !== (not !== undefined) ? line(text.slice(all.length), args) : undefined;
  }

  function forLine(text: string, args: readonly string[]): Jump {
    const [, file, letter = '', path = '', body = ''] =
      /^for (\/f "usebackq delims=" )?%(\w) in \("([^"]*)"\) do (.*)$/i.exec(text) ?? [];
    if (letter === '') throw new Error(`a for that the scripts do not use: ${text}`);
    const items = file
      ? (read(path)?.toString('latin1') ?? '').split(/\r?\n/).filter((each) => each !== '' && !each.startsWith(';'))
      : [path];
    for (const item of items) {
      const size = String(read(item)?.length ?? '');
      const jump = line(
        body.replaceAll(`%~z${letter}`, size).replaceAll(`%~${letter}`, item).replaceAll(`%${letter}`, item),
        args,
      );
      if (jump) return jump;
    }
    return undefined;
  }

  function simpleCommand(simple: Simple): Jump {
    const { text } = simple;
    const [word = ''] = /^"[^"]*"|^\S+/.exec(text) ?? [];
    const rest = text.slice(word.length).trimStart();
    if (word.startsWith('"')) return void program(simple);
    switch (word.toLowerCase()) {
      case 'echo':
      case 'echo.':
        return void (text === 'echo off' || print(simple, `${word === 'echo.' ? '' : rest}\r\n`));
      case 'setlocal':
        return undefined;
      case 'set':
        return void set(rest);
      case 'goto':
        return { to: rest.replace(/^:/, '') };
      case 'exit':
        return { exit: rest === '/b' ? errorLevel : Number(rest.replace('/b ', '')) };
      case 'call': {
        const [label = '', ...args] = rest.split(/ (?=")/);
        errorLevel = from(labelled(label.replace(/^:/, '')) + 1, [label, ...args]);
        return undefined;
      }
      case 'del':
        for (const path of pathsIn(rest)) disk.remove(path);
        return undefined;
      case 'mkdir':
        for (const path of pathsIn(rest)) {
          errorLevel = exists(path) ? 1 : 0;
          if (errorLevel === 0) disk.makeFolder(path);
        }
        return undefined;
      case 'rd':
        for (const path of pathsIn(rest)) disk.remove(path);
        return undefined;
      case 'copy':
        return void copy(pathsIn(rest));
      case 'dir':
        // The lab has no links: nothing is printed.
        errorLevel = 1;
        return void print(simple, '');
      default:
        throw new Error(`neither a command of cmd nor a full path: ${text}`);
    }
  }

  function set(rest: string): void {
    const [, count = ''] = /^\/a (\w+)\+=1$/.exec(rest) ?? [];
    if (count !== '') return void variables.set(count, String(Number(variables.get(count) ?? 0) + 1));
    const [, name = '', value = ''] = /^"(\w+)=(.*)"$/.exec(rest) ?? [];
    if (name === '') throw new Error(`a set that the scripts do not use: ${rest}`);
    if (value === '') variables.delete(name.toUpperCase());
    else variables.set(name.toUpperCase(), value);
    // In a .cmd file a successful set does this.
    errorLevel = 0;
  }

  function copy([one = '', other = '']: readonly string[]): void {
    const bytes = read(one);
    errorLevel = bytes ? 0 : 1;
    if (bytes) disk.write(other, bytes);
  }

  function print({ stdout }: Simple, text: string): void {
    if (stdout === undefined) said += text;
    else if (stdout.path !== 'nul') {
      const before = stdout.append ? (read(stdout.path) ?? Buffer.alloc(0)) : Buffer.alloc(0);
      disk.write(stdout.path, Buffer.concat([before, Buffer.from(text, 'latin1')]));
    }
  }

  function program(simple: Simple): void {
    const [path = '', ...args] = splitArguments(simple.text);
    if (!path.startsWith(SYSTEM32)) throw new Error(`a program elsewhere: ${path}`);
    const name = path.slice(path.lastIndexOf('\\') + 1).replace(/\.exe$/i, '');
    if (started.length === world.offAt) throw new PowerOff();
    started.push([name, ...args]);
    const ran = start(name, args);
    errorLevel = ran.exitCode | 0;
    print(simple, ran.stdout.toString('latin1'));
  }

  function start(name: string, args: readonly string[]): { readonly exitCode: number; readonly stdout: Buffer } {
    if (name === 'fltmc') return { exitCode: caller.elevated ? 0 : 5, stdout: Buffer.alloc(0) };
    if (name === 'ping') return { exitCode: 0, stdout: Buffer.alloc(0) };
    if (name === 'findstr') return findstr(args, read);
    if (name === 'fc') return fc(args, read);
    const server = openLab(disk);
    const ran = runProgram(server, name, args, caller);
    server.save();
    if (ran === 'missing' || ran === 'hangs') throw new Error(`${name} ${ran}`);
    return { exitCode: ran.exitCode, stdout: Buffer.from(ran.stdout) };
  }

  try {
    return { exitCode: from(0, ['C:\\heal.cmd']), said, started };
  } catch (error) {
    if (error instanceof PowerOff) return { exitCode: Number.NaN, said, started };
    throw error;
  }
}

const pathsIn = (text: string): readonly string[] => splitArguments(text).filter((word) => !word.startsWith('/'));
