import { defineConfig } from 'vite';

/** Everything is served below this path; the API keeps the rest. */
const BASE = '/ui/';

export default defineConfig({
  base: BASE,
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
