import { parseArgs } from 'node:util';
import { benchAutocomplete } from './autocomplete.ts';
import { benchClientAudit } from './client-audit.ts';
import { benchCommand } from './command.ts';
import { benchDashboardPage } from './dashboard/page.ts';
import { benchMetricsOverhead } from './dashboard/metrics-overhead.ts';
import { benchStatus } from './dashboard/status.ts';
import { benchDashboardTui } from './dashboard/tui.ts';
import { benchDeploy } from './deploy.ts';
import { benchDeployKills } from './deploy-kills.ts';
import { benchDockerDeploy } from './docker-deploy.ts';
import { benchEdgeMetrics } from './edge-metrics.ts';
import { benchDeployResume } from './deploy-resume.ts';
import { benchDeployTransport } from './deploy-transport.ts';
import { benchKubernetesDeploy } from './kubernetes-deploy.ts';
import { benchLogLatency } from './log-latency.ts';
import { benchLogs } from './logs/run-logs.ts';
import { benchLogsChaos } from './logs-chaos.ts';
import { benchRemote } from './remote/run-remote.ts';
import { benchRestart } from './restart.ts';
import { benchManyApps } from './scaling/apps.ts';
import { benchOnePlatform } from './scaling/load.ts';
import { benchStartUp } from './start-up.ts';
import { benchStore } from './store.ts';
import { benchTransfers } from './transfers.ts';
import { benchWalk } from './walk.ts';
import { benchZeroDowntime } from './zero-downtime.ts';

const benches: Record<string, { run: (rounds: number) => Promise<void>; rounds: number; summary: string }> = {
  'start-up': { run: benchStartUp, rounds: 20, summary: 'short commands against node -e 0' },
  'client-audit': { run: benchClientAudit, rounds: 30, summary: 'a command with its audit against without' },
  deploy: { run: benchDeploy, rounds: 10, summary: 'hello-node to HTTP 200 against cp and node server.js' },
  'docker-deploy': {
    run: benchDockerDeploy,
    rounds: 7,
    summary: 'hello-node on docker to HTTP 200 against docker-compose up --build',
  },
  'edge-metrics': {
    run: benchEdgeMetrics,
    rounds: 9,
    summary: 'a request through the edge counted against not counted',
  },
  'deploy-transport': {
    run: benchDeployTransport,
    rounds: 5,
    summary: 'an upload of 18,000 files and changes to it against tar, zstd, curl and rsync',
  },
  'deploy-resume': {
    run: benchDeployResume,
    rounds: 50,
    summary: 'uploads cut at random points (rounds): does each go on, is the tree the same',
  },
  'kubernetes-deploy': {
    run: benchKubernetesDeploy,
    rounds: 5,
    summary:
      'hello-node to HTTP 200 on the cluster of RIG_TEST_KUBECONFIG against kubectl apply and rollout status',
  },
  'log-latency': {
    run: benchLogLatency,
    rounds: 20,
    summary: 'a line until the follower prints it against tail -F',
  },
  logs: {
    run: benchLogs,
    rounds: 5,
    summary: 'ingest, search and memory against cat, ripgrep and zstdcat',
  },
  'logs-chaos': {
    run: benchLogsChaos,
    rounds: 1,
    summary: 'a million lines over kills and cuts: is every one of them seen once (ten minutes)',
  },
  'metrics-overhead': {
    run: benchMetricsOverhead,
    rounds: 6,
    summary: 'CPU of the platform at 1,000 requests/s with metrics against without (three minutes)',
  },
  store: {
    run: benchStore,
    rounds: 30,
    summary: 'what rigd reads and writes most, on SQLite and on PostgreSQL',
  },
  'scaling-apps': {
    run: benchManyApps,
    rounds: 1,
    summary:
      'memory, CPU and answers of a rigd with 100 and with 1,000 apps, on both databases (five minutes)',
  },
  'scaling-load': {
    run: benchOnePlatform,
    rounds: 1,
    summary: 'deploys a minute, follows and instances of one platform, on both databases',
  },
  'dashboard-tui': {
    run: benchDashboardTui,
    rounds: 1,
    summary: 'CPU and memory of rig status dashboard with 50 apps (four minutes)',
  },
  status: { run: benchStatus, rounds: 20, summary: 'rig status with 50 apps against node -e 0' },
  'dashboard-page': {
    run: benchDashboardPage,
    rounds: 12,
    summary: 'the overview in Chromium with 50 apps, into an empty cache, until the search answers',
  },
  walk: { run: benchWalk, rounds: 10, summary: 'a scan of 30,000 files against git ls-files' },
  'deploy-kills': {
    run: benchDeployKills,
    rounds: 10,
    summary: 'rigd, edge and supervisor killed during deploys under load (four minutes)',
  },
  'zero-downtime': {
    run: benchZeroDowntime,
    rounds: 20,
    summary: 'deploys and rollbacks under load: does any request fail (four minutes)',
  },
  transfers: {
    run: benchTransfers,
    rounds: 3,
    summary: '1 GiB through rig forward and rig cp, bit for bit, against without them',
  },
  restart: { run: benchRestart, rounds: 4, summary: 'kill -9 of rigd until it answers against node -e 0' },
  autocomplete: { run: benchAutocomplete, rounds: 20, summary: 'a press of Tab against node -e 0' },
  command: { run: benchCommand, rounds: 20, summary: 'rig command APP -- true against node -e 0' },
  remote: { run: benchRemote, rounds: 10, summary: 'commands and shells against OpenSSH on loopback' },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' } },
});
if (positionals.length === 0) {
  for (const [name, { summary }] of Object.entries(benches))
    console.log(`npm run bench -- ${name.padEnd(12)} ${summary}`);
}
/** `startup` is `start-up`: nobody remembers the hyphens. */
const plain = (name: string) => name.replaceAll('-', '');

for (const name of positionals) {
  const bench = Object.entries(benches).find(([known]) => plain(known) === plain(name))?.[1];
  if (bench === undefined)
    throw new Error(`There is no benchmark ${name}; there are ${Object.keys(benches).join(', ')}.`);
  await bench.run(values.rounds === undefined ? bench.rounds : Number(values.rounds));
}
