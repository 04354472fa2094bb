// The Microsoft providers that keep keys in files. Every other one is hardware, of which the lab has none.

/** A provider with the CryptoAPI type it goes under; 0 is a CNG key storage provider. */
export interface SoftwareProvider {
  readonly name: string;
  readonly type: number;
  readonly storage: 'capi' | 'cng';
}

const SOFTWARE_PROVIDERS: readonly SoftwareProvider[] = [
  { name: 'Microsoft Software Key Storage Provider', type: 0, storage: 'cng' },
  { name: 'Microsoft Base Cryptographic Provider v1.0', type: 1, storage: 'capi' },
  { name: 'Microsoft Strong Cryptographic Provider', type: 1, storage: 'capi' },
  { name: 'Microsoft Enhanced Cryptographic Provider v1.0', type: 1, storage: 'capi' },
  { name: 'Microsoft RSA SChannel Cryptographic Provider', type: 12, storage: 'capi' },
  { name: 'Microsoft Enhanced RSA and AES Cryptographic Provider', type: 24, storage: 'capi' },
];

/** The software provider of that name, whatever its case; undefined for hardware. */
export function softwareProvider(name: string): SoftwareProvider | undefined {
  return SOFTWARE_PROVIDERS.find((provider) => provider.name.toLowerCase() === name.toLowerCase());
}
