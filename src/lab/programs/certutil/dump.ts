// certutil -dump of a PFX file.

import { createPublicKey, X509Certificate } from 'node:crypto';
import type { LabServer } from '../../server.ts';
import type { CertutilCall } from './arguments.ts';
import { certificateLines } from './certificate-text.ts';
import { FILE_NOT_FOUND, INVALID_DATA, INVALID_PASSWORD, type Outcome } from './outcome.ts';
import { readPfx } from './pfx.ts';

/** -dump File: each certificate below a nested ruler, then whether it has a key. Other files are not understood. */
export function dump(server: LabServer, call: CertutilCall): Outcome {
  const [file] = call.operands;
  if (file === undefined) return { lines: [] };
  const bytes = server.disk.read(file);
  if (!bytes) return { lines: [], failed: FILE_NOT_FOUND };
  const read = readPfx(bytes, call.password ?? '', server.facts.osBuild);
  if (!read.ok && read.why === 'not-pfx') return { lines: [], failed: INVALID_DATA };
  if (!read.ok) return call.password === undefined ? 'hangs' : { lines: [], failed: INVALID_PASSWORD };

  const { certificates, privateKey } = read.content;
  const publicKey = privateKey && createPublicKey(privateKey);
  const blocks = certificates.map((der, index) => [
    ...(index === 0 ? [] : ['']),
    `================ Certificate ${index} ================`,
    '================ Begin Nesting Level 1 ================',
    `Element ${index}:`,
    ...certificateLines(der),
    '----------------  End Nesting Level 1  ----------------',
    ...(publicKey?.equals(new X509Certificate(der).publicKey)
      ? ['  Provider = Microsoft Enhanced Cryptographic Provider v1.0', 'Encryption test passed']
      : ['No key provider information', 'Cannot find the certificate and private key for decryption.']),
  ]);
  return { lines: blocks.flat() };
}
