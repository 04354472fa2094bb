// list: the playbooks.

import { playbooks } from '../../../playbooks/index.ts';
import { renderList } from '../../report/terminal/list-text.ts';
import { styleFor } from '../../report/terminal/style.ts';
import type { Streams } from '../streams.ts';

/** Prints every playbook with its symptom and its remedy. */
export async function list(streams: Streams): Promise<undefined> {
  streams.out(renderList(playbooks, styleFor(streams.stdout, streams.env)));
}
