// How cmd.exe reads a line of a batch file, and how a C runtime splits what is left: written from the published rules,
// for the few forms that the scripts use. Anything else is an error, so that no script can slip past.

/** Values that a line may name: variables by upper-case name, and the arguments of the label or file that runs. */
export interface Values {
  readonly variable: (name: string) => string;
  readonly args: readonly string[];
}

/** `%%`, `%NAME%`, `%1`, `%~1`, `%~dpn0` ...; what the quotes around them say does not matter here. */
export function expandPercents(line: string, { variable, args }: Values): string {
  return line.replace(/%%|%~([a-z]*)(\d)|%(\d)|%([^%:~\d][^%:]*)%|%/gi, (all, letters, tilde, plain, name) => {
    if (all === '%%') return '%';
    if (name !== undefined) return variable(name.toUpperCase());
    if (plain !== undefined) return args[Number(plain)] ?? '';
    if (tilde === undefined) return '';
    const value = (args[Number(tilde)] ?? '').replace(/^"(.*)"$/, '$1');
    return letters.toLowerCase() === 'dpn' ? value.replace(/\.[^.\\]*$/, '') : value;
  });
}

/** A simple command: its text without redirections, with carets resolved; and where its streams go. */
export interface Simple {
  readonly text: string;
  readonly stdout?: { readonly path: string; readonly append: boolean };
  readonly stderr?: string;
  readonly stdin?: string;
}

/** The commands of a line, as `&&` joins them. */
export function splitLine(line: string): readonly Simple[] {
  const commands: Simple[] = [];
  let current: { text: string; stdout?: { path: string; append: boolean }; stderr?: string; stdin?: string } = {
    text: '',
  };
  let quotes = false;
  for (let at = 0; at < line.length; at++) {
    const rest = line.slice(at);
    const char = line[at] ?? '';
    if (char === '"') quotes = !quotes;
    if (quotes || char === '"') {
      current.text += char;
      continue;
    }
    if (char === '^') {
      current.text += line[++at] ?? '';
      continue;
    }
    const redirection = /^(2>&1|2>|>>|>|<)\s*("[^"]*"|[^\s&|<>]*)/.exec(rest);
    if (redirection && !(rest[0] === '2' && /\S$/.test(current.text))) {
      const [all, kind = '', target = ''] = redirection;
      const path = target.replaceAll('"', '');
      if (kind === '>' || kind === '>>') current.stdout = { path, append: kind === '>>' };
      else if (kind === '<') current.stdin = path;
      else current.stderr = kind === '2>&1' ? '&1' : path;
      at += (kind === '2>&1' ? 4 : all.length) - 1;
      continue;
    }
    if (rest.startsWith('&&')) {
      commands.push(current);
      current = { text: '' };
      at++;
      continue;
    }
    if (/[&|]/.test(char)) throw new Error(`a form of cmd that the scripts do not use: ${line}`);
    current.text += char;
  }
  if (quotes) throw new Error(`a quote is left open: ${line}`);
  return [...commands, current].map((each) => ({ ...each, text: each.text.trim() }));
}

/** A command line as CommandLineToArgvW splits it; the first word is the program. */
export function splitArguments(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quotes = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const slashes = /^\\+(?=")/.exec(text.slice(at))?.[0];
    if (slashes) {
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes.length / 2));
      at += slashes.length - 1;
      if (slashes.length % 2 === 1) {
        word += '"';
        at++;
      }
    } else if (char === '"') {
      quotes = !quotes;
      word ??= '';
    } else if (/\s/.test(char) && !quotes) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}
