import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** Everything is served below this path; the API keeps the rest. */
const BASE = '/ui/';

const sheet = fileURLToPath(new URL('./src/live/terminal/sheet-element.ts', import.meta.url));

/**
 * xterm.js writes its colours and sizes into `<style>` elements and `style` attributes, which `style-src 'self'`
 * forbids; its option `documentOverride` reaches only some of them. Here its elements become constructed style
 * sheets, and its attributes changes by the CSSOM: the same, and allowed. A version that is written in another way
 * fails the build.
 */
const xtermUnderPolicy: Plugin = {
  name: 'xterm-under-policy',
  transform(code, id) {
    if (!id.endsWith('@xterm/xterm/lib/xterm.mjs')) return null;
    const elements = /[\w.]+\.createElement\("style"\)/g;
    const attribute = /(\w+)\.setAttribute\("style",`\$\{\1\.getAttribute\("style"\)\|\|""\}\$\{(\w+)\};`\)/g;
    const found = [code.match(elements)?.length, code.match(attribute)?.length].join();
    if (found !== '3,1') throw new Error(`This version of xterm.js sets styles at other places (${found}).`);
    const changed = code
      .replaceAll(elements, 'sheetElement()')
      .replaceAll(attribute, (_, element: string, css: string) => `${element}.style.cssText+=${css}+";"`);
    if (changed.includes('"style"')) throw new Error('This version of xterm.js sets styles in further ways.');
    return `import { sheetElement } from ${JSON.stringify(sheet)};\n${changed}`;
  },
};

export default defineConfig({
  base: BASE,
  plugins: [xtermUnderPolicy],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { conditions: ['rig-source', 'module', 'browser', 'import', 'default'] },
  build: {
    target: 'es2023',
    // A file in a `data:` URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
});
