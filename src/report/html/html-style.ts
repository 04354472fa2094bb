// The style sheet of the HTML report: light, dark and paper; no font, image or script from anywhere.

/** Colours are never alone: every state has its sign and its word too. What is too long for a narrow page is broken anywhere. */
export const STYLE_SHEET = `
:root { color-scheme: light dark; --text: #1b1f24; --page: #fff; --soft: #566069; --line: #c6ccd2; --panel: #f5f7f9;
  --ok: #13703a; --warning: #8a5a00; --broken: #b3201b; --unknown: #7a2a94; --skipped: #66707a; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ec; --page: #14181c; --soft: #9aa5b0; --line: #3c454e;
  --panel: #1d2328; --ok: #57c785; --warning: #e0ac4b; --broken: #ff7b72; --unknown: #d29bea; --skipped: #8b95a0; } }
* { box-sizing: border-box; min-width: 0; overflow-wrap: anywhere; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { margin: 0 auto; padding: 2rem 1rem; max-width: 64rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .3rem 0; } .soft { color: var(--soft); }
code, pre, .code { font-family: ui-monospace, Consolas, "Courier New", monospace; font-size: .875em; }
pre { margin: .3rem 0; padding: .4rem .6rem; border: 1px solid var(--line); white-space: pre-wrap; }
section { border: 1px solid var(--line); border-radius: .4rem; background: var(--panel); padding: .8rem 1rem; margin: .8rem 0; }
.chain { display: flex; flex-wrap: wrap; list-style: none; margin: .6rem 0; padding: 0; row-gap: .4rem; }
.chain li { display: flex; align-items: center; white-space: nowrap; }
.line { font-family: ui-monospace, Consolas, monospace; padding: 0 .25rem; }
.box { border: 2px solid currentColor; border-radius: .3rem; padding: .1rem .5rem; }
.skipped .box { border-style: dotted; } .broken .box, .unknown .box { border-style: dashed; font-weight: 600; }
.ok, .note { color: var(--ok); } .warning { color: var(--warning); } .broken { color: var(--broken); }
.unknown { color: var(--unknown); } .skipped { color: var(--skipped); }
table { border-collapse: collapse; margin: .4rem 0; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .15rem 1rem .15rem 0; }
th { font-weight: normal; color: var(--soft); width: 8.5rem; }
details { margin: 1rem 0; } section details { margin: .5rem 0 0; } summary { cursor: pointer; }
ul, ol { padding-left: 1.4rem; margin: .4rem 0; } li { margin: .2rem 0; }
@media (max-width: 600px) { main { padding: 1rem .6rem; } th { width: 6.5rem; } td, th { padding-right: .5rem; } }
@media print { :root { color-scheme: light; --text: #000; --page: #fff; --panel: #fff; --line: #999; --soft: #444;
  --ok: #13703a; --warning: #8a5a00; --broken: #b3201b; --unknown: #7a2a94; --skipped: #555; }
  main { padding: 0; max-width: none; } section, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } }
`;
