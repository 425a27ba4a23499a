import { writeFileSync } from 'node:fs';
import { RigClient } from '@rig-ops/client';
import { openDashboard } from '../../plugins/dashboard/dist/tui/open-dashboard.js';

/**
 * The dashboard as it is built (reading TypeScript would take more memory than it does), with a shorter breath than its
 * command allows: it ends behind so many looks at the platform.
 * `node dashboard-child.mjs URL TOKEN INTERVAL-MS LOOKS REPORT`
 */
const [url = '', token = '', interval = '', looks = '', report = ''] = process.argv.slice(2);
const client = new RigClient({ name: 'bench', url, token });
const stop = new AbortController();
const call = client.call.bind(client);
let count = 0;
let most = 0;
client.call = async (route, input) => {
  if (route === 'getStatus') {
    count += 1;
    most = Math.max(most, process.memoryUsage.rss());
    if (count >= Number(looks)) stop.abort();
  }
  return await call(route, input);
};
await openDashboard({
  client,
  context: 'bench',
  intervalMs: Number(interval),
  mouse: true,
  filter: '',
  stdin: process.stdin,
  stdout: process.stdout,
  env: process.env,
  rig: ['false'],
  signal: stop.signal,
});
writeFileSync(report, JSON.stringify({ looks: count, most, last: process.memoryUsage.rss() }));
await client.close();
process.exit(0);
