// The usage text of `netsh http add|update sslcert`: option names are never translated, so tools read them from here.

import { type NetshOption, optionsOf } from './options.ts';

/** Printed before the usage text when an essential option is missing. */
export const MISSING_PARAMETERS = [
  '',
  'One or more essential parameters were not entered.',
  'Verify the required parameters, and reenter them.',
];

/** Printed before the usage text after any fault of syntax. */
export const INVALID_SYNTAX = ['The syntax supplied for this command is not valid. Check help for the correct syntax.'];

/** The usage text: exactly the options of this build. `bracketed`: as the documentation of older systems writes it. */
export function usageLines(verb: 'add' | 'update', build: number, bracketed = false): readonly string[] {
  const options = optionsOf(build);
  if (bracketed) return bracketedLines(verb, options);
  const isEndpoint = ({ tag }: NetshOption) => ['hostnameport', 'ipport', 'ccs'].includes(tag);
  const endpoints = options.filter(isEndpoint).map(({ tag, value }) => `${tag}=${value}`);
  const rest = options.filter((option) => !isEndpoint(option));
  return [
    '',
    `Usage: ${verb} sslcert ${endpoints.join(' | ')}`,
    ...rest.map(({ tag, value }) => (tag === 'appid' ? `        ${tag}=${value}` : `        [${tag}=${value}]`)),
    '',
    'Parameters:',
    '',
    '      Tag              Value',
    ...options.map(({ tag, value }) => `      ${tag.padEnd(16)} - ${value}`),
    '',
  ];
}

function bracketedLines(verb: 'add' | 'update', options: readonly NetshOption[]): readonly string[] {
  const shown = ({ tag, value }: NetshOption) => `[${tag}=]${value.replace(/^<|>$/g, '')}`;
  const isNeeded = ({ tag }: NetshOption) => ['ipport', 'hostnameport', 'ccs', 'appid'].includes(tag);
  const words = options.map((option) => (isNeeded(option) ? shown(option) : `[${shown(option)}]`));
  return [
    '',
    `Usage: ${verb} sslcert ${words.join(' ')}`,
    '',
    'Parameters:',
    ...options.map(({ tag }) => `    ${tag} - see the documentation.`),
    '',
  ];
}
