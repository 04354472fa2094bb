// Completion of command lines for bash and PowerShell, made of commander's own tree: nothing that it offers can be out of date.

import type { Command, Option } from 'commander';
import { pathOf } from './examples.ts';
import { commandsOf } from './strict.ts';

/** The shells that there is a script for. */
export const SHELLS = ['bash', 'powershell'] as const;

/** What may follow behind some words of a command line. */
interface Words {
  /** `check`, `schedule pause`, '' for the program alone; with an option at the end: what its value may be. */
  readonly behind: string;
  readonly words: readonly string[];
}

/** The script, to be loaded by the shell's own start file. `ids`: values that are known only when they are asked for. */
export function completionScript(
  shell: (typeof SHELLS)[number],
  program: Command,
  ids: Readonly<Record<string, readonly string[]>>,
): string {
  const table = commandsOf(program).flatMap((command) => wordsFor(command, ids));
  return shell === 'bash' ? bash(table) : powershell(table);
}

function wordsFor(command: Command, ids: Readonly<Record<string, readonly string[]>>): readonly Words[] {
  const path = pathOf(command);
  const shown = command.options.filter(({ hidden, long }) => !hidden && long);
  const names = command.commands.map((each) => each.name());
  const values = shown.flatMap((option) => {
    const words = option.argChoices ?? ids[option.long ?? ''];
    return words === undefined ? [] : [{ behind: `${path} ${option.long}`.trim(), words }];
  });
  return [{ behind: path, words: [...names, ...shown.map(longOf), '--help'] }, ...values];
}

const longOf = (option: Option): string => option.long ?? '';

/** Only what this program's own tree is made of goes into a script: letters, digits, dots, dashes. */
function safe({ behind, words }: Words): Words {
  const all = [behind, ...words].join(' ');
  if (/[^\w .@*-]/.test(all)) throw new Error(`no word of a command line: ${all}`);
  return { behind, words };
}

const bash = (table: readonly Words[]): string => `# iis-ssl-heal completion bash > /etc/bash_completion.d/iis-ssl-heal
_iis_ssl_heal() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$each" in -*) ;; *) _iis_ssl_heal_words "\${path:+$path }$each" > /dev/null && path="\${path:+$path }$each" ;; esac
  done
  local words
  words="$(_iis_ssl_heal_words "\${path:+$path }$previous")" || words="$(_iis_ssl_heal_words "$path")"
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
_iis_ssl_heal_words() {
  case "$1" in
${table
  .map(safe)
  .map(({ behind, words }) => `    '${behind}') echo '${words.join(' ')}' ;;`)
  .join('\n')}
    *) return 1 ;;
  esac
}
complete -o default -F _iis_ssl_heal iis-ssl-heal
`;

const powershell = (table: readonly Words[]): string => `# iis-ssl-heal completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName iis-ssl-heal, iis-ssl-heal.exe -ScriptBlock {
  param($word, $line, $position)
  $table = @{
${table
  .map(safe)
  .map(({ behind, words }) => `    '${behind}' = '${words.join(' ')}'`)
  .join('\n')}
  }
  $given = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" } | Where-Object { $_ -ne $word })
  $path = ''
  foreach ($each in $given) {
    $next = "$path $each".Trim()
    if (-not $each.StartsWith('-') -and $table.ContainsKey($next)) { $path = $next }
  }
  $value = if ($given.Count) { "$path $($given[-1])".Trim() } else { $path }
  $words = if ($table.ContainsKey($value)) { $table[$value] } else { $table[$path] }
  $words -split ' ' | Where-Object { $_.StartsWith($word) } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
