// Private keys as the lab's files hold them.

import { createPrivateKey } from 'node:crypto';
import { remembered } from '../remembered.ts';

/** The key of a PEM text. To check an RSA key takes longer than all else that a connection needs. */
export const readKey = remembered((pem) => createPrivateKey(pem), 64);
