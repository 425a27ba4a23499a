// Carries a spool file into a store as the supervisor does, and tells what it took.
//   node ingest-child.ts FOLDER
import { join } from 'node:path';
import { Captures } from '../../packages/supervisor/src/capture/capture.ts';

const [, , folder = ''] = process.argv;
const quiet = { info: () => undefined, warn: (text: string) => void process.stderr.write(`${text}\n`) };
const layout = {
  spool: join(folder, 'spool'),
  logs: join(folder, 'logs'),
  logLimits: join(folder, 'log-limits.json'),
};
const captures = new Captures(layout, quiet);
const source = { kind: 'app', process: 'web', instance: 'web.1', release: 1 } as const;
const started = performance.now();
const before = process.cpuUsage();
const capture = captures.start({ spool: 'x', store: join(layout.logs, 'apps', 'app_x'), source });
await capture.finish();
const stored = performance.now() - started;
const { user, system } = process.cpuUsage(before);
await capture.close();
captures.close();
console.log(
  JSON.stringify({ ms: stored, cpuMs: (user + system) / 1000, rss: process.resourceUsage().maxRSS * 1024 }),
);
