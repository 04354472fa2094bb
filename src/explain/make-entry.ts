// The rows of the tables of codes, made short.

import type { Advice, CodeEntry } from './entry.ts';

/** What to do where the cause is still open. */
export const CHECK = 'Run `iis-ssl-heal check`: it names the link of the chain that is broken.';

/** A code that speaks of a private key. */
export const key = (onIis: string, todo = CHECK): Advice => ({ onIis, todo, ofKey: true });
/** Any other code. */
export const aside = (onIis: string, todo: string): Advice => ({ onIis, todo });

/** A value that winerror.h defines as an HRESULT. */
export const hresult = (value: number, name: string, message: string, advice: Advice): CodeEntry => {
  return { name, value, header: 'winerror.h', message, ...advice };
};
/** A Win32 error; its HRESULT is what programs return. */
export const win32 = (code: number, name: string, message: string, advice: Advice, also?: string): CodeEntry => {
  return {
    name,
    value: 0x80070000 + code,
    header: 'winerror.h',
    message,
    ...advice,
    ...(also === undefined ? {} : { also }),
  };
};
/** A value of ntstatus.h: what http.sys and the kernel return. */
export const ntstatus = (value: number, name: string, message: string, advice: Advice): CodeEntry => {
  return { name, value, header: 'ntstatus.h', message, ...advice };
};
