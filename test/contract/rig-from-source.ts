import { main } from '../../src/main.ts';

// The core and what users have linked, without rig's plugins: they are other rooms.
const root = new URL('../..', import.meta.url).pathname;
await main({ root, argv: process.argv.slice(2), sources: { plugins: [] } });
