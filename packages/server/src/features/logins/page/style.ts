/** Colours have a contrast of at least 4.5 to 1 in both schemes (WCAG 2.2, 1.4.3). */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --soft: #57606a; --line: #8c959f;
  --accent: #0b5cad; --on-accent: #ffffff; --trouble: #a40e26; --trouble-page: #fff0f1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --card: #171c23; --text: #e6eaef; --soft: #a3adb8; --line: #6b7682;
    --accent: #7db8ff; --on-accent: #0b1a2b; --trouble: #ff9aa5; --trouble-page: #35171c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: start center; padding: 8vh 1rem 2rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: 100%; max-width: 27rem; padding: 1.75rem; border-radius: 0.75rem;
  background: var(--card); border: 1px solid color-mix(in srgb, var(--line) 40%, transparent);
}
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
.brand { margin: 0 0 0.25rem; font-weight: 700; letter-spacing: 0.04em; color: var(--soft); }
.help, .aside { font-size: 0.9rem; color: var(--soft); }
.aside { margin: 1.5rem 0 0; }
.trouble { padding: 0.6rem 0.8rem; border-radius: 0.5rem; background: var(--trouble-page); color: var(--trouble); }
label { display: block; margin: 0 0 0.25rem; font-weight: 600; }
input {
  width: 100%; margin: 0 0 1rem; padding: 0.6rem 0.75rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: 0.5rem;
}
#token { margin-bottom: 0.35rem; }
#code { font-family: ui-monospace, monospace; letter-spacing: 0.1em; text-transform: uppercase; }
button {
  width: 100%; padding: 0.7rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 0.5rem;
}
button.quiet { color: var(--text); background: transparent; border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.choice { display: grid; gap: 0.75rem; grid-template-columns: 1fr 1fr; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.35rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.aside code { display: block; }
a { color: var(--accent); }
@media (max-width: 24rem) { body { padding-top: 1rem; } main { padding: 1.25rem; } }
`;
