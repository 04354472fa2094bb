// How much of what others have sent is taken, and how much of it is shown: nothing that one server says can fill the page.

/** A document of a server with thousands of bindings has a few of them. */
export const LARGEST_INPUT = 50 * 2 ** 20;

/** Objects and lists of one document. Millions of empty ones fit into 50 MB, and would take gigabytes of memory. */
export const MOST_PARTS = 1_000_000;

/** Documents and evidence folders together; those beyond it are counted and said. */
export const MOST_INPUTS = 10_000;

/** Of one server: kinds of fault. A server has as many as there are playbooks, or a few times that. */
export const MOST_KINDS = 200;

/** Certificates that expire next, of one server and of all together: those of all are always among those of each. */
export const MOST_CERTIFICATES = 100;

/** A name of a server, a playbook, a certificate, a file. No name of Windows is longer. */
const LONGEST_NAME = 260;

/** A sentence. */
const LONGEST_TEXT = 2000;

/** A name, whole or cut; where it is cut, that is said. */
export const nameCut = (text: string): string => cut(text, LONGEST_NAME);

/** A sentence, whole or cut. */
export const textCut = (text: string): string => cut(text, LONGEST_TEXT);

/** Copied: a part of a text holds on to the memory of the whole. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${Buffer.from(text.slice(0, most)).toString()}... (cut: ${text.length} characters)`;
