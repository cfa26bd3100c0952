/** The report's style sheet: reads on a screen and prints on paper. */
export const style = `
:root { color-scheme: light; --ink: #1b1b1b; --quiet: #5a5a5a; --line: #e2e2e2; --accent: #0072b2; --page: #ffffff; --code: #f6f6f6; --button: #ffffff; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #e8e8e8; --quiet: #a8a8a8; --line: #383838; --accent: #6cb8e8; --page: #191919; --code: #242424; --button: #101010; }
  figure > svg, .dot { filter: invert(.902) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--page); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; }
nav { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 1.25rem; padding: .6rem max(1.25rem, calc(50vw - 26rem)); background: var(--page); border-bottom: 1px solid var(--line); font-size: 14px; }
a { color: var(--accent); text-underline-offset: .15em; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 28px; line-height: 1.2; margin: .5rem 0 0; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); scroll-margin-top: 3rem; }
h3 { font-size: 16px; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.answer { font-size: 18px; line-height: 1.5; }
.quiet, figcaption, caption { color: var(--quiet); font-size: 14px; }
.warning { border-left: 3px solid #d55e00; padding-left: .75rem; }
figure { margin: 1.75rem 0; break-inside: avoid; }
figure > svg { display: block; max-width: calc(100% + 32px); height: auto; margin: 0 -16px -14px; color: #1b1b1b; }
figcaption { position: relative; max-width: 46rem; }
.wide { overflow-x: auto; margin: 1.25rem 0; }
table { border-collapse: collapse; font-size: 14px; min-width: 24rem; }
caption { text-align: left; padding-bottom: .35rem; }
th, td { text-align: left; font-weight: 400; padding: .28rem .9rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
thead th, tbody th { color: var(--quiet); }
td:last-child { white-space: normal; overflow-wrap: anywhere; }
.across { width: 100%; min-width: 0; }
.across th, .across td { white-space: normal; overflow-wrap: anywhere; min-width: 3.5rem; }
.across td.n, .across th:first-child { overflow-wrap: break-word; }
.across.many { font-size: 12.5px; } .across.many th, .across.many td { padding-right: .5rem; }
.whole { white-space: nowrap; }
.broad { font-size: 13px; }
.broad th, .broad td { padding-right: .7rem; }
.dot { display: inline-block; width: .6rem; height: .6rem; margin-right: .3rem; border-radius: 50%; }
@media (min-width: 60rem) { .out { width: min(94vw, 76rem); margin-left: 50%; transform: translateX(-50%); } .out > table { margin: 0 auto; } .out > .across { min-width: 52rem; width: auto; max-width: 100%; } }
.n { text-align: right; }
pre { background: var(--code); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; font-size: 13px; line-height: 1.5; }
summary { cursor: pointer; color: var(--accent); font-size: 14px; padding: .3rem 0; }
button { font: inherit; font-size: 14px; color: var(--button); background: var(--accent); border: 0; border-radius: 6px; padding: .5rem .9rem; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
iframe { width: 100%; height: min(90vh, 60rem); border: 1px solid var(--line); border-radius: 6px; }
#frame:has(iframe) { width: min(96vw, 90rem); margin-left: 50%; transform: translateX(-50%); }
@media (max-width: 60rem) { .broad { font-size: 12px; } .broad th, .broad td { white-space: normal; overflow-wrap: break-word; padding-right: .4rem; } .broad th { overflow-wrap: anywhere; min-width: 2.6rem; } }
@page { margin: 14mm; }
@media print { nav, #explore, #explore ~ * { display: none; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } details { display: block; } details::details-content { display: block; content-visibility: visible; height: auto; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .wide, .out { overflow: visible; width: auto; margin-left: 0; transform: none; } .out > .across { min-width: 0; width: 100%; }
  table { font-size: 9.5pt; min-width: 0; } .broad, .across.many { font-size: 7.5pt; }
  th, td { white-space: normal; overflow-wrap: break-word; padding-right: .5rem; } .broad th, .broad td { padding-right: .35rem; } .across th { min-width: 0; }
  tr { break-inside: avoid; } thead { display: table-header-group; } .dot { print-color-adjust: exact; } }
`;
