import { main } from '../../src/main.ts';

// The same command line, with little patience for hooks of plugins.
const root = new URL('../..', import.meta.url).pathname;
await main({ root, argv: process.argv.slice(2), sources: { plugins: [] }, hookLimitMs: 300 });
