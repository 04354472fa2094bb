// The style sheet of the HTML report: light, dark and paper; no font, image or script from anywhere.

/** Colours are never alone: every state has its sign and its word too. */
export const STYLE_SHEET = `
:root { color-scheme: light dark; --text: #1b1f24; --page: #fff; --soft: #5c6670; --line: #c6ccd2; --panel: #f5f7f9;
  --ok: #13703a; --warning: #8a5a00; --broken: #b3201b; --unknown: #7a2a94; --skipped: #7b858f; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ec; --page: #14181c; --soft: #9aa5b0; --line: #3c454e;
  --panel: #1d2328; --ok: #57c785; --warning: #e0ac4b; --broken: #ff7b72; --unknown: #d29bea; --skipped: #7b858f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem; max-width: 64rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .3rem 0; } .soft { color: var(--soft); } code, .code { font-family: ui-monospace, Consolas, monospace; font-size: .9em; }
code, td { overflow-wrap: anywhere; }
section { border: 1px solid var(--line); border-radius: .4rem; background: var(--panel); padding: .8rem 1rem; margin: .8rem 0;
  break-inside: avoid; }
.chain { display: flex; flex-wrap: wrap; list-style: none; margin: .6rem 0; padding: 0; row-gap: .4rem; }
.chain li { display: flex; align-items: center; }
.chain li:not(:first-child)::before { content: ''; width: 1.2rem; border-top: 2px solid currentColor; }
.chain span { border: 2px solid currentColor; border-radius: .3rem; padding: .1rem .5rem; }
.chain .skipped::before, .chain .skipped span { border-style: dotted; }
.chain .broken span, .chain .unknown span { border-style: dashed; font-weight: 600; }
.ok, .note { color: var(--ok); } .warning { color: var(--warning); } .broken { color: var(--broken); }
.unknown { color: var(--unknown); } .skipped { color: var(--skipped); }
table { border-collapse: collapse; margin: .4rem 0; } td, th { text-align: left; vertical-align: top; padding: .1rem 1rem .1rem 0; }
th { font-weight: normal; color: var(--soft); white-space: nowrap; } ul, ol { padding-left: 1.4rem; margin: .4rem 0; }
@media print { :root { color-scheme: light; --text: #000; --page: #fff; --panel: #fff; --line: #999; --soft: #444;
  --ok: #13703a; --warning: #8a5a00; --broken: #b3201b; --unknown: #7a2a94; --skipped: #666; } body { padding: 0; max-width: none; } }
`;
