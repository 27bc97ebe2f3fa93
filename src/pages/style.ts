/**
 * The style sheet of all pages, at `/style.css`: a file of its own, so that the security policy can refuse any other style.
 * Colours have a contrast of at least 4.5 to 1, in the light and in the dark.
 */
export const STYLE = `:root {
  color-scheme: light dark;
  --text: #1f2328; --quiet: #57606a; --paper: #fff; --panel: #f6f8fa; --line: #d0d7de; --link: #0550ae;
  --brand: #b7410e; --on-brand: #fff;
  --good: #116329; --warn: #7d4e00; --bad: #b3131c; --idle: #57606a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --quiet: #9da7b3; --paper: #0d1117; --panel: #161b22; --line: #30363d; --link: #79c0ff;
    --brand: #5a2208; --on-brand: #fff;
    --good: #56d364; --warn: #e3b341; --bad: #ff8580; --idle: #9da7b3;
  }
}
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: var(--text); background: var(--paper); overflow-wrap: break-word }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
main:focus { outline: none }
header { background: var(--brand); color: var(--on-brand) }
header, .demo { padding: .75rem max(1rem, calc((100vw - 70rem) / 2 + 1rem)) }
header a { color: inherit }
header :focus-visible { outline-color: var(--on-brand) }
.product { margin: 0 0 .25rem; font-size: 1.25rem; font-weight: 600 }
.product a { text-decoration: none }
.product span { font-size: .875rem; font-weight: 400 }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0 }
nav [aria-current] { font-weight: 600; text-decoration-thickness: 2px }
.skip { position: absolute; left: -999rem }
.skip:focus { left: 1rem; top: .5rem; padding: .25rem .75rem; color: var(--text); background: var(--paper) }
.demo { background: #ffe9a8; color: #1f2328; margin: 0 }
main { max-width: 70rem; margin: 0 auto; padding: 0 1rem 3rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2rem } h3 { font-size: 1.05rem }
.quiet { color: var(--quiet) }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)) }
.card { border: 1px solid var(--line); border-left: .4rem solid var(--idle); border-radius: .4rem; padding: .75rem 1rem; background: var(--panel) }
.card.good { border-left-color: var(--good) } .card.warn { border-left-color: var(--warn) } .card.bad { border-left-color: var(--bad) }
.card h3 { margin: 0 }
.state { margin: .25rem 0; font-weight: 600 }
.good .state, .state.good { color: var(--good) } .warn .state, .state.warn { color: var(--warn) } .bad .state, .state.bad { color: var(--bad) }
.problem { margin: .5rem 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 0 }
dt { color: var(--quiet) } dd { margin: 0; overflow-wrap: anywhere }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; background: var(--panel) }
summary { padding: .4rem .75rem; cursor: pointer }
details > :not(summary) { margin: .5rem .75rem }
ul.requests { padding: 0; list-style: none }
ul.requests li { border-top: 1px solid var(--line); padding: .25rem 0; overflow-wrap: anywhere }
code, pre { font: .875em/1.5 ui-monospace, monospace }
pre code { font-size: inherit }
:not(pre) > code { background: var(--panel); padding: .1em .3em; border-radius: .25rem; overflow-wrap: anywhere }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem 1rem; overflow-x: auto }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem }
td, th { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line) }
td { min-width: 5rem } td code { white-space: nowrap }
time { text-decoration: underline dotted; text-underline-offset: 3px }
`;
