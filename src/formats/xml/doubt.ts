// Whether a text that our own reader took holds anything that only the strict judge can speak of.

/** The usual first line; any other has to be judged. */
const USUAL_START = /^\uFEFF?(?:<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?\?>)?/;

/** Each of them may be well-formed XML. A file that IIS wrote has none, or few. */
const DOUBTS: readonly RegExp[] = [
  // Characters that XML does not have, as they are or as references.
  /[^\t\r\n -\uFFFD]/,
  /&#/,
  // Text beside elements: entities and ]]> may stand in it.
  />[ \t\r\n]*[^ \t\r\n<]/,
  // CDATA, and every processing instruction.
  /<(?:!(?!--)|\?)/,
  // A double hyphen that neither begins a comment nor ends one.
  /(?<!<!)--(?!>)/,
  // Names of elements and of attributes with a prefix, or beyond ASCII; namespaces.
  /<\/?[\w.-]*[^\w.\-/>!?\s]/,
  /[:\u0080-\uFFFF][^\s"'=<>]{0,100}[ \t\r\n]*=[ \t\r\n]*["']/,
  /xmlns/,
];

/**
 * True where the strict judge has to be asked whether this text, which readXml took, is well-formed. It costs a tenth of
 * asking: a check of 10,000 sites need not load and run a second parser for a file that holds nothing unusual.
 */
export function isDoubtful(text: string): boolean {
  const rest = text.slice(USUAL_START.exec(text)?.[0].length);
  return DOUBTS.some((doubt) => doubt.test(rest));
}
