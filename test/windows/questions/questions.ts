// Every question, one for each switch of src/lab/unknowns.ts, in its order of topics.

import type { Question } from '../question.ts';
import { CERTUTIL_QUESTIONS } from './certutil.ts';
import { HTTP_SYS_QUESTIONS } from './http-sys.ts';
import { IIS_QUESTIONS } from './iis.ts';
import { NETSH_QUESTIONS } from './netsh.ts';
import { SESSION_QUESTIONS } from './session.ts';

export const QUESTIONS: readonly Question[] = [
  ...HTTP_SYS_QUESTIONS,
  ...NETSH_QUESTIONS,
  ...CERTUTIL_QUESTIONS,
  ...IIS_QUESTIONS,
  ...SESSION_QUESTIONS,
];
