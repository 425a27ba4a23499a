// Stores the lines of a file without compressing them, and tells what it took.
//   node store-child.ts FILE STORE
import { fillStore } from './search.ts';

const [, , file = '', store = ''] = process.argv;
const started = performance.now();
const before = process.cpuUsage();
await fillStore(file, store, { open: true });
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ ms: performance.now() - started, cpuMs: (user + system) / 1000, rss: 0 }));
