// Where an action may write, and what it may start. A stored plan is read by its schema first; then each of its actions must
// be one that a plan of ours can hold on this server. It stands against damage and against whoever got at a file of ours.

import { hash } from 'node:crypto';
import { readCertificateFacts } from '../formats/certificates/certificate-facts.ts';
import { isKeyLinkInf } from '../formats/certificates/key-link-inf.ts';
import { once } from '../model/once.ts';
import type { Argument, Command } from '../model/repair/command.ts';
import type { Action, Plan } from '../model/repair/plan.ts';
import type { Places } from '../model/server/evidence.ts';
import { backupFolder, inetsrvFolder, permissionsFile, replacementFile, workFolder } from '../model/server/places.ts';
import { RECORD_FLAGS } from '../model/server/ssl-record.ts';

/** What of a plan no plan of ours holds, in words; undefined where it is ours. */
export function foreignAction(plan: Plan, places: Places): string | undefined {
  const actions = [
    ...plan.steps.flatMap(({ do: action, undo, remains }) => [
      action,
      ...(typeof undo === 'object' && 'do' in undo ? [undo.do] : []),
      ...(remains === undefined ? [] : [remains.do]),
    ]),
    ...plan.cleanup,
  ];
  return actions.map((action) => whyForeign(action, places)).find((why) => why !== undefined);
}

function whyForeign(action: Action, places: Places): string | undefined {
  const path = pathsOf(action, places).find(([given, allowed]) => !allowed.test(given))?.[0];
  if (path !== undefined) return `${action.kind} may not reach ${JSON.stringify(path)}`;
  if (action.kind === 'write-file' && !isGivenContent(action))
    return `${action.path} may not hold what is to be written`;
  const command = commandsOf(action).find((each) => !isOurs(each, places));
  if (command === undefined) return undefined;
  return `no plan of this program runs ${command.program} ${JSON.stringify(command.args)}`;
}

/** Nothing that a program is given may ask more of it than a plan of ours does. */
function isGivenContent({ path, bytes }: Extract<Action, { kind: 'write-file' }>): boolean {
  const content = Buffer.from(bytes, 'base64');
  if (/\.inf$/i.test(path)) return isKeyLinkInf(content.toString('latin1'));
  const name = hash('sha1', content).toUpperCase();
  return readCertificateFacts(content).ok && path.toUpperCase().endsWith(`\\${name}.CER`);
}

type PathRule = readonly [path: string, allowed: RegExp];

/** Windows minds no upper and lower case; what stands in a rule as text means itself. */
const exactly = (...parts: readonly (string | RegExp)[]): RegExp =>
  new RegExp(`^${parts.map((part) => (typeof part === 'string' ? escaped(part) : part.source)).join('')}$`, 'i');

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A name that is nothing but a name: no folder, no stream, no `..`. */
const NAME = /\\[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)*/;

/** The version before kept none: it wrote the file into the work folder when it needed it. */
const keptFile = (places: Places): RegExp =>
  anyOf(...[backupFolder, workFolder].map((folder) => exactly(folder(places), NAME, /\.reg/)));

/** What a program is given is named after the certificate that it is about. */
const givenFile = (places: Places, ending: string): RegExp =>
  exactly(workFolder(places), /\\[0-9A-F]{40}/, `.${ending}`);

/** The files of the machine's keys, and where the permissions of one are kept. */
const keyFolder = (places: Places): readonly [string, RegExp] => [
  `${places.programData}\\Microsoft\\Crypto\\`,
  /(?:(?:RSA|DSS)\\MachineKeys|Keys)/,
];
const keyFile = (places: Places): RegExp => exactly(...keyFolder(places), /\\[0-9a-f]{32}_[0-9a-f-]{36}/);
const keptList = (places: Places): RegExp => exactly(backupFolder(places), NAME, /\.acl/);

const anyOf = (...rules: readonly RegExp[]): RegExp => new RegExp(rules.map(({ source }) => source).join('|'), 'i');

/** Where the files lie that an action may be about. */
const filesOf = once((places: Places) => {
  const configPath = `${inetsrvFolder(places)}\\config\\applicationHost.config`;
  const replacement = replacementFile(configPath);
  const work = exactly(workFolder(places), NAME, /\.pfx/);
  const given = anyOf(givenFile(places, 'inf'), givenFile(places, 'cer'));
  return {
    config: exactly(configPath),
    folder: exactly(workFolder(places)),
    work,
    given,
    copy: exactly(backupFolder(places), NAME, /\.config/),
    kept: keptFile(places),
    removed: anyOf(exactly(replacement), exactly(permissionsFile(replacement)), work, given),
  };
});

function pathsOf(action: Action, places: Places): readonly PathRule[] {
  const { config, folder, work, given, copy, kept, removed } = filesOf(places);
  switch (action.kind) {
    case 'make-private-folder':
      return [[action.path, folder]];
    case 'copy-file':
      return [
        [action.from, config],
        [action.to, copy],
      ];
    case 'edit-file':
      return [[action.path, config]];
    case 'restore-file':
      return [
        [action.path, config],
        [action.from, copy],
      ];
    case 'remove-file':
      return [[action.path, removed]];
    case 'write-file':
      return [[action.path, given]];
    case 'check-pfx':
      return [[action.path, work]];
    case 'write-pfx':
      return [[action.to, work]];
    case 'keep-store-entry':
    case 'restore-store-entry':
      return [[action.file, kept]];
    case 'run':
      return [];
  }
}

function commandsOf(action: Action): readonly Command[] {
  switch (action.kind) {
    case 'run':
      return action.first === undefined ? [action.command] : [action.first, action.command];
    case 'make-private-folder':
    case 'restore-store-entry':
      return [action.command];
    case 'edit-file':
      return action.through === undefined ? [] : [action.through.shows, ...action.through.commands];
    case 'restore-file':
      return action.through ?? [];
    default:
      return [];
  }
}

const secret = Symbol('a secret');
type Rule = readonly (RegExp | typeof secret)[];
type Rules = Readonly<Partial<Record<Command['program'], readonly (readonly [Rule, more?: RegExp])[]>>>;

/** A fixed word, a store, a thumbprint, an endpoint: the shapes of arguments. */
const word = (text: string): RegExp => exactly(text);
const STORE = /^[^\s\p{Cc}"\\/[\]-][^\p{Cc}"\\/[\]]{0,99}$/u;
const THUMBPRINT = /^[0-9A-F]{40}$/;
const ENDPOINT = /^(?:ipport|hostnameport|ccs)=[^\s\p{Cc}"]{1,300}$/u;
const BACKUP = /^iis-ssl-heal-[0-9a-f]{12}$/;
const METADATA = word('-section:system.applicationHost/customMetadata');
const SITES = word('-section:system.applicationHost/sites');
const SITE = /^\/site\.name:[^\p{Cc}"']{1,260}$/u;
const FLAGS = /^\/bindings\.\[protocol='https',bindingInformation='[^\p{Cc}"']{1,300}'\]\.sslFlags:\d{1,3}$/u;

const SETTINGS = [
  'certhash',
  'appid',
  'certstorename',
  'verifyclientcertrevocation',
  'verifyrevocationwithcachedclientcertonly',
  'usagecheck',
  'revocationfreshnesstime',
  'urlretrievaltimeout',
  'sslctlidentifier',
  'sslctlstorename',
  ...RECORD_FLAGS.map(({ option }) => option).filter((option) => option !== ''),
];
const SETTING = new RegExp(`^(?:${SETTINGS.join('|')})=[^\\p{Cc}"]+$`, 'u');

/** Every command that a plan of ours can hold, argument by argument; the last shape of `more` may stand often. */
const rulesOf = once((places: Places): Rules => {
  const pfx = exactly(workFolder(places), NAME, /\.pfx/);
  const password = [word('-f'), word('-p'), secret] as const;
  return {
    netsh: [
      [[word('http'), /^(?:delete|show)$/, word('sslcert'), ENDPOINT]],
      [[word('http'), /^(?:add|update)$/, word('sslcert'), ENDPOINT], SETTING],
    ],
    certutil: [
      [[word('-delstore'), STORE, THUMBPRINT]],
      [[word('-addstore'), word('CA'), givenFile(places, 'cer')]],
      [[word('-silent'), word('-repairstore'), STORE, THUMBPRINT]],
      [[word('-silent'), word('-repairstore'), STORE, THUMBPRINT, givenFile(places, 'inf')]],
      // Earlier versions named AES where the build had it: their journals are still read.
      [[...password, word('-exportPFX'), STORE, THUMBPRINT, pfx, /^NoChain(?:,CryptoAlgorithm=Aes256-Sha256)?$/]],
      [[...password, word('-importPFX'), STORE, pfx], /^(?:(?:AT_KEYEXCHANGE|NoExport|NoChain|NoRoot),?)+$/],
    ],
    net: [[[/^(?:start|stop)$/, word('W3SVC')]]],
    reg: [[[word('import'), keptFile(places)]]],
    takeown: [[[word('/F'), keyFile(places), word('/A')]]],
    icacls: [
      [[keyFile(places), word('/save'), keptList(places)]],
      [[keyFile(places), word('/remove:d'), /^\*S-1-5-18$/]],
      [[keyFile(places), word('/grant'), /^\*S-1-5-18:F$/]],
      [[exactly(...keyFolder(places)), word('/restore'), keptList(places)]],
      [[exactly(workFolder(places)), word('/inheritance:r'), word('/grant:r')], /^\*S-1-[0-9-]+:\(OI\)\(CI\)F$/],
      [[exactly(workFolder(places)), word('/setowner'), /^\*S-1-5-32-544$/]],
    ],
    appcmd: [
      [[/^(?:add|delete|restore)$/, word('backup'), BACKUP]],
      [[word('renew'), word('binding'), /^\/oldcert:[0-9A-F]{40}$/, /^\/newcert:[0-9A-F]{40}$/]],
      [[word('list'), word('config'), METADATA]],
      [[word('list'), word('config'), SITES]],
      [[word('set'), word('site'), SITE, FLAGS]],
      [[word('set'), word('config'), METADATA, /^\/-?\[path='.*'\](?:\.\[id='\d+'\](?:\.value:.*)?)?$/s]],
    ],
  };
});

function isOurs({ program, args }: Command, places: Places): boolean {
  return (rulesOf(places)[program] ?? []).some(
    ([rule, more]) =>
      args.length >= rule.length &&
      args.every((argument, index) => {
        const shape = rule[index] ?? more;
        return shape !== undefined && fits(argument, shape);
      }),
  );
}

function fits(argument: Argument, shape: RegExp | typeof secret): boolean {
  if (shape === secret)
    return typeof argument === 'object' && 'secret' in argument && argument.secret === 'transfer password';
  return typeof argument === 'string' && shape.test(argument);
}
