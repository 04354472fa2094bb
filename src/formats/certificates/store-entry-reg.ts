// A .reg file that puts one store entry back with its exact bytes.

/** UTF-16LE with BOM, version 5, as `reg import` wants it. `store` is a LocalMachine store. */
export function storeEntryRegFile(store: string, thumbprint: string, blob: Uint8Array): Uint8Array {
  const key = `HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\${store}\\Certificates\\${thumbprint}`;
  const hex = [...blob].map((byte) => byte.toString(16).padStart(2, '0')).join(',');
  const text = `\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[${key}]\r\n"Blob"=hex:${hex}\r\n`;
  return Buffer.from(text, 'utf16le');
}
