// explain: an error code, an event or a playbook, decoded.

import { playbooks } from '../../../playbooks/index.ts';
import { didYouMean, knownList, knownNames } from '../../explain/closest.ts';
import { explainCode } from '../../explain/explain-code.ts';
import { renderExplanation, renderFault } from '../../explain/render.ts';
import { UserError } from '../../model/user-error.ts';
import { explainedTerm, glossaryTerms } from '../../report/words/glossary.ts';
import type { Streams } from '../streams.ts';

/** Prints what the code, event or playbook means, and what meets it. */
export async function explain(code: string, streams: Streams): Promise<undefined> {
  // The id of a finding begins with that of its playbook.
  const [id = ''] = code.toLowerCase().split(':');
  const playbook = playbooks.find((each) => each.id === id);
  if (playbook !== undefined) {
    streams.out(renderFault(playbook));
    return;
  }
  const word = explainedTerm(code);
  if (word !== undefined) {
    streams.out(`${word.term}: ${word.line}.\n`);
    return;
  }
  const explanation = explainCode(code);
  if (explanation === undefined) {
    const ids = playbooks.map(({ id }) => id);
    const unknown = `'${code}' is not a code, an event or a playbook that is known here ${didYouMean(code, [...ids, ...knownNames()])}`;
    throw new UserError(
      unknown.trimEnd(),
      `Name one of these: ${knownList(ids)}; terms: ${glossaryTerms().join(', ')}`,
    );
  }
  streams.out(renderExplanation(explanation, playbooks));
}
