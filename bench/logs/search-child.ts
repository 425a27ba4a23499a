// Searches a store for a text, in this process alone, and tells what it took.
//   node search-child.ts STORE TEXT ROUNDS [SINCE]
import { openLogReader } from '../../packages/logstore/src/index.ts';

const [, , store = '', pattern = '', rounds = '1', since] = process.argv;
const times: number[] = [];
let lines = 0;
const meter = { bytes: 0 };
for (let round = 0; round <= Number(rounds); round += 1) {
  const started = performance.now();
  lines = 0;
  const query = {
    ...(pattern === '' ? {} : { match: { patterns: [pattern] } }),
    ...(since === undefined ? {} : { since }),
  };
  meter.bytes = 0;
  for await (const batch of openLogReader(store).read({
    query,
    meter,
    signal: new AbortController().signal,
  })) {
    lines += batch.length;
  }
  // The first round warms up.
  if (round > 0 || rounds === '0') times.push(performance.now() - started);
}
console.log(JSON.stringify({ ms: times, lines, bytes: meter.bytes }));
