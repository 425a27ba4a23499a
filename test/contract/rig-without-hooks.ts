import { main } from '../../src/main.ts';

// The same command line with the hook layer taken out.
const root = new URL('../..', import.meta.url).pathname;
await main({ root, argv: process.argv.slice(2), sources: { plugins: [] }, hooks: [] });
