// Asks a server, one question after the other, each on a bench of its own.

import type { KeyObject } from 'node:crypto';
import { newKey as freshKey } from '../../../src/lab/certificates/make-certificate.ts';
import { newBench } from '../bench.ts';
import type { Host } from '../host.ts';
import type { Question, Unanswered } from '../question.ts';

/** What a question came to: an answer, or why there is none; with all that was done and what it printed. */
export type Asked = ({ readonly answer: string } | Unanswered) & { readonly raw: readonly string[] };

/** Asks it and takes back what it made. An experiment that could not be made is no answer. */
export async function askOne(host: Host, question: Question, newKey: () => KeyObject = freshKey): Promise<Asked> {
  const raw: string[] = [];
  const bench = await newBench(host, raw, newKey);
  try {
    const said = await question.ask(bench);
    return typeof said === 'string' ? { answer: said, raw } : { ...said, raw };
  } catch (error) {
    return { why: `the experiment could not be made: ${error instanceof Error ? error.message : error}`, raw };
  } finally {
    await bench.takeBack();
  }
}
