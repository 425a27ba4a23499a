import { readFileSync } from 'node:fs';
import { SUPERVISOR_HELD, type SupervisorConfig } from '@rig-ops/contract/supervisor';
import { createLog } from './log.ts';
import { startSupervisor } from './start-supervisor.ts';

const log = createLog(process.stderr);
const [, , configPath] = process.argv;

// State that nobody foresaw is not to be built upon; the next supervisor adopts what runs.
process.on('uncaughtException', (error) => {
  log.warn('ended by an unforeseen error', { error });
  process.exit(1);
});

if (configPath === undefined) {
  log.warn('usage: main <supervisor-config.json>');
  process.exit(2);
}
const config = JSON.parse(readFileSync(configPath, 'utf8')) as SupervisorConfig;
// The terminal that started it may go.
process.on('SIGHUP', () => undefined);
const supervisor = await startSupervisor(config, log);
if (supervisor === null) {
  log.info('another supervisor has this platform');
  process.exit(SUPERVISOR_HELD);
}
// A pod that is replaced is told by a signal, too, and what it has started is not its own to end.
const stop = () => void supervisor.stop({ leavePods: config.isRoot ?? false });
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
await supervisor.stopped;
log.info('stopped');
process.exit(0);
