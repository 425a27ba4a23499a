import { POD_PREPARATION } from '@rig-ops/contract/supervisor-clusters';
import { preparePod } from './prepare-pod.ts';

// Nobody waits for a pod that is removed.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
const { tools, files } = POD_PREPARATION;
// What waits on a connection that nobody ends would hold it.
process.exit(
  await preparePod({
    env: process.env,
    places: { tools, files, terminationLog: '/dev/termination-log' },
    tell: (line) => void process.stderr.write(`${line}\n`),
  }),
);
