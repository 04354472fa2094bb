// The lab's registry: HKLM as keys with typed values.

/** A registry value as bytes, with its type by name. Strings are UTF-16LE with their NUL, numbers little endian. */
export interface RegistryValue {
  readonly type: 'REG_SZ' | 'REG_EXPAND_SZ' | 'REG_BINARY' | 'REG_DWORD' | 'REG_QWORD' | 'REG_MULTI_SZ';
  readonly data: Buffer;
}

/**
 * A registry tree. Keys are full paths that start with `HKEY_LOCAL_MACHINE` or `HKEY_USERS`; keys and value names are
 * compared without regard to case, and keep the spelling they were made with. '' is the default value.
 */
export interface Registry {
  /** Values of a key, in the order made; undefined when there is no such key. */
  values(key: string): ReadonlyMap<string, RegistryValue> | undefined;
  /** Names of the direct subkeys, sorted; undefined when there is no such key. */
  subkeys(key: string): readonly string[] | undefined;
  /** Makes the key and its parents. */
  makeKey(key: string): void;
  setValue(key: string, name: string, value: RegistryValue): void;
  deleteValue(key: string, name: string): void;
  /** Deletes the key with all below it; an absent one is fine. */
  deleteKey(key: string): void;
  /** Something that is another one after each change; missing where others than us change it too. */
  readonly state?: () => object | undefined;
}
