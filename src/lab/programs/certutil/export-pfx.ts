// certutil -exportPFX.

import { certificateParts } from '../../certificates/certificate-parts.ts';
import { matchEntry, readStore } from '../../certificates/store.ts';
import { openKey } from '../../keys/keys.ts';
import type { Caller } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { answerOf } from '../../unknowns.ts';
import type { CertutilCall } from './arguments.ts';
import { certificateBlock } from './certificate-text.ts';
import { parseModifiers } from './modifiers.ts';
import {
  CRYPT_E_NOT_FOUND,
  diskFailure,
  E_INVALIDARG,
  FILE_EXISTS,
  FILE_NOT_FOUND,
  NTE_BAD_KEY_STATE,
  NTE_NOT_FOUND,
  type Outcome,
} from './outcome.ts';
import { writePfx } from './pfx.ts';
import { storePlace } from './store-place.ts';

/** -exportPFX [Store] CertId File [Modifiers]: the key is opened as the caller, in the keyset that the entry names. */
export function exportPfx(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const [store = '', token = '', file = '', modifierText = ''] =
    call.operands.length === 2 ? ['My', ...call.operands] : call.operands;
  const modifiers = parseModifiers(modifierText, 'export');
  const algorithm = modifiers && pfxAlgorithm(modifiers.get('cryptoalgorithm'), server);
  if (!modifiers || !algorithm) return { lines: [], failed: E_INVALIDARG };

  const { header, entries } = storePlace(server, caller, call, store);
  if (!entries) return { lines: [header], failed: FILE_NOT_FOUND };
  const entry = matchEntry(entries, token);
  if (!entry) return { lines: [header], failed: NTE_NOT_FOUND };
  const lines = [header, ...certificateBlock(server, caller, entries.indexOf(entry), entry)];

  if (!entry.key) return { lines, failed: CRYPT_E_NOT_FOUND };
  const opened = openKey(server, caller, entry.key);
  if (!opened.ok) return { lines, failed: opened.hresult };
  if (!opened.exportable) return { lines, failed: NTE_BAD_KEY_STATE };
  if (call.password === undefined) return 'hangs';
  if (server.disk.read(file) && !call.flags.has('f')) return { lines, failed: FILE_EXISTS };

  const chain = modifiers.has('nochain') ? [] : issuersOf(server, entry.der, !modifiers.has('noroot'));
  const content = {
    certificates: [entry.der, ...chain],
    privateKey: opened.privateKey,
    friendlyName: entry.friendlyName,
  };
  try {
    server.disk.write(file, writePfx(content, call.password, algorithm));
  } catch (error) {
    return { lines, failed: diskFailure(error) };
  }
  return { lines };
}

/** Builds from 17763 (1809) can write AES, if that is when certutil learned it; the default stayed what every Windows reads. */
function pfxAlgorithm(asked: string | undefined, { facts }: LabServer): '3des' | 'aes256' | undefined {
  if (asked === undefined) return '3des';
  if (facts.osBuild < 17763 || answerOf(facts, 'crypto-algorithm') === 'refused') return undefined;
  if (asked.toLowerCase() === 'tripledes-sha1') return '3des';
  return asked.toLowerCase() === 'aes256-sha256' ? 'aes256' : undefined;
}

/** The issuers that the machine's CA and Root stores hold, up to the root. */
function issuersOf(server: LabServer, der: Buffer, withRoot: boolean): readonly Buffer[] {
  const known = ['CA', 'Root'].flatMap((store) => readStore(server, store) ?? []).map((entry) => entry.der);
  const chain: Buffer[] = [];
  for (let current = der; ; ) {
    const { issuer, subject } = certificateParts(current);
    const next = known.find((other) => certificateParts(other).subject.equals(issuer));
    if (issuer.equals(subject) || !next || chain.includes(next)) return chain;
    const parts = certificateParts(next);
    if (parts.issuer.equals(parts.subject) && !withRoot) return chain;
    chain.push(next);
    current = next;
  }
}
