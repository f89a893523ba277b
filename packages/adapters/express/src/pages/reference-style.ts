/** The style of the reference page; light or dark as the reader prefers. */
export const referenceStyle = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: light-dark(#0550ae, #79b8ff); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { columns: 14rem; margin: 1rem 0 2rem; }
nav a { display: block; overflow: hidden; text-overflow: ellipsis; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2rem 0 0; font-size: 1rem; }
article { border-bottom: 1px solid var(--line); padding-bottom: 1rem; }
p { margin: 0.25rem 0; }
pre { background: var(--soft); padding: 0.75rem; overflow-x: auto; margin: 0.5rem 0; white-space: pre-wrap; }
code, pre, .path { font-family: ui-monospace, monospace; font-size: 0.875rem; }
b { font-weight: 600; }
i { font-style: normal; opacity: 0.7; }
small { opacity: 0.75; }
`;
