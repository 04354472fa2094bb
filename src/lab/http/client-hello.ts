// The first message of a TLS client, read only as far as http.sys needs it to choose a record: the server name.

/** `more`: the message is not whole yet. `not-tls`: it is something else. */
export type ClientHello = 'more' | 'not-tls' | { readonly serverName: string | undefined };

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;

/** Reads what a client has sent so far (RFC 8446, RFC 6066). Nothing in it is trusted. */
export function clientHello(sent: Buffer): ClientHello {
  const message = handshakeMessage(sent);
  if (!Buffer.isBuffer(message)) return message;
  try {
    return { serverName: serverNameIn(message) };
  } catch (error) {
    if (error instanceof RangeError) return 'not-tls';
    throw error;
  }
}

/** The handshake message, which may be spread over several TLS records, without its header of four bytes. */
function handshakeMessage(sent: Buffer): Buffer | 'more' | 'not-tls' {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const joined = Buffer.concat(parts);
    if (joined.length > 0 && joined[0] !== CLIENT_HELLO) return 'not-tls';
    if (joined.length >= 4 && joined.length >= 4 + joined.readUIntBE(1, 3)) {
      return joined.subarray(4, 4 + joined.readUIntBE(1, 3));
    }
    if (at < sent.length && sent[at] !== HANDSHAKE) return 'not-tls';
    if (sent.length > 1 && sent[1] !== 3) return 'not-tls';
    if (sent.length < at + 5) return 'more';
    const length = sent.readUInt16BE(at + 3);
    if (length === 0 || length > 16384 || joined.length > 65536) return 'not-tls';
    if (sent.length < at + 5 + length) return 'more';
    parts.push(sent.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
}

/** Skips version, random, session id, cipher suites and compression, then looks through the extensions. */
function serverNameIn(message: Buffer): string | undefined {
  let at = 34;
  at += 1 + message.readUInt8(at);
  at += 2 + message.readUInt16BE(at);
  at += 1 + message.readUInt8(at);
  if (at === message.length) return undefined;
  const end = at + 2 + message.readUInt16BE(at);
  if (end > message.length) throw new RangeError('extensions longer than the message');
  at += 2;
  while (at < end) {
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 2);
    if (type === SERVER_NAME) return hostNameIn(message.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}

/** A list of names, of which only host names (type 0) exist. */
function hostNameIn(extension: Buffer): string | undefined {
  if (extension.length === 0 || extension.readUInt8(2) !== 0) return undefined;
  const length = extension.readUInt16BE(3);
  if (5 + length > extension.length) throw new RangeError('name longer than its extension');
  return extension.toString('latin1', 5, 5 + length).toLowerCase();
}
