// `rig` from its sources; with BENCH_AUDIT=off without the client's audit, with =timed it tells what that took.
import { writeSync } from 'node:fs';
import { auditHook } from '../src/hooks/audit.ts';
import { rigHooks } from '../src/hooks/index.ts';
import { main } from '../src/main.ts';
import type { RunHook } from '../src/run.ts';

const mode = process.env.BENCH_AUDIT;
let spent = 0;

function timed<A extends unknown[]>(step: (...args: A) => unknown): (...args: A) => void {
  return (...args) => {
    const started = performance.now();
    step(...args);
    spent += performance.now() - started;
  };
}

const timedHook: RunHook = {
  ...auditHook,
  onCommand: timed((run) => auditHook.onCommand?.(run)),
  onExit: timed((run, exitCode) => auditHook.onExit?.(run, exitCode)),
};
const others = rigHooks.filter((hook) => hook !== auditHook);
const hooks = mode === 'off' ? others : mode === 'timed' ? [...others, timedHook] : rigHooks;
if (mode === 'timed') process.on('exit', () => writeSync(3, String(spent)));
const root = new URL('..', import.meta.url).pathname;
await main({ root, argv: process.argv.slice(2), sources: { plugins: [] }, hooks });
