// The codes that a broken HTTPS endpoint shows: values, names and messages as winerror.h and ntstatus.h define them.

import { CERTIFICATES, TLS } from './codes-of-certificates.ts';
import { KEYS } from './codes-of-keys.ts';
import { GENERAL } from './codes-of-windows.ts';
import type { CodeEntry } from './entry.ts';

/** Every code that `explain` knows by name. */
export const CODES: readonly CodeEntry[] = [...KEYS, ...CERTIFICATES, ...TLS, ...GENERAL];
