// certutil's command line: options and one verb in any order, each with - or /, then what the verb works on.

/** A command line, taken apart. Names are in lower case; values are as given. */
export interface CertutilCall {
  /** As typed, without its dash: it is echoed in the last line of the output. */
  readonly verb: string;
  readonly flags: ReadonlySet<string>;
  readonly password?: string;
  readonly provider?: string;
  readonly operands: readonly string[];
}

/** Verbs of the lab's certutil, spelled as the real one echoes them whatever was typed, with their operands' count. */
const VERBS: Readonly<Record<string, readonly [echo: string, fewest: number, most: number]>> = {
  store: ['store', 0, 3],
  delstore: ['delstore', 2, 2],
  addstore: ['addstore', 2, 2],
  repairstore: ['repairstore', 2, 3],
  exportpfx: ['exportPFX', 2, 4],
  importpfx: ['importPFX', 1, 3],
  key: ['key', 0, 1],
  delkey: ['delkey', 1, 1],
  dump: ['dump', 0, 1],
};
const FLAGS = ['f', 'user', 'v', 'silent', 'q', 'privatekey', 'unicode', 'gmt', 'seconds', 'pin'];

/** Takes the arguments apart, or says as certutil does what is wrong with them. Without a verb it dumps. */
export function parseCertutil(args: readonly string[]): CertutilCall | { readonly complaint: readonly string[] } {
  let verb: string | undefined;
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const name = /^[-/](.+)$/.exec(arg)?.[1]?.toLowerCase();
    if (name === undefined) operands.push(arg);
    else if (name === 'p' || name === 'csp') {
      index += 1;
      const value = args[index];
      if (value === undefined) return { complaint: [`CertUtil: Missing argument: ${arg}`] };
      values.set(name, value);
    } else if (VERBS[name] && verb === undefined) verb = name;
    else if (FLAGS.includes(name)) flags.add(name);
    else return { complaint: [`CertUtil: Unknown arg: ${arg}`] };
  }

  const [echo, fewest, most] = VERBS[verb ?? 'dump'] ?? ['dump', 0, 1];
  const received = `received ${operands.length}`;
  if (operands.length < fewest) {
    return { complaint: [`Expected at least ${fewest} args, ${received}`, 'CertUtil: Missing argument'] };
  }
  if (operands.length > most) {
    return { complaint: [`Expected no more than ${most} args, ${received}`, 'CertUtil: Too many arguments'] };
  }
  const password = values.get('p');
  const provider = values.get('csp');
  return {
    verb: echo,
    flags,
    operands,
    ...(password !== undefined && { password }),
    ...(provider !== undefined && { provider }),
  };
}
