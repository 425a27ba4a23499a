import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const platformErrors = {
  port_taken: entry(
    ExitCode.conflict,
    409,
    'Another program listens on a port that rig needs.',
    'End the other program or choose another port.',
  ),
  platform_running: entry(
    ExitCode.conflict,
    409,
    'The platform runs already with other settings.',
    'Run `rig platform stop` first.',
  ),
  engine_in_use: entry(
    ExitCode.conflict,
    409,
    'There are apps that would not run on another engine.',
    'Start it with the engine it had, and give new apps a network of their own.',
  ),
  engine_not_available: entry(
    ExitCode.conflict,
    409,
    'The platform does not have that engine, or it cannot be used as things are.',
    'See what it has: `rig doctor`.',
  ),
  unreachable: entry(ExitCode.unreachable, 503, 'The platform does not answer.', 'Run `rig doctor`.'),
  not_ready: entry(
    ExitCode.unreachable,
    503,
    'The platform answers, and something that it needs to serve does not.',
    'See `rig status` and `rig platform logs`.',
  ),
  connection_lost: entry(
    ExitCode.unreachable,
    503,
    'The connection to the platform broke.',
    'Try again; `rig doctor` tells whether the platform runs.',
  ),
  platform_not_running: entry(
    ExitCode.unreachable,
    503,
    'The embedded platform does not run.',
    'Run `rig platform start`.',
  ),
  platform_start_failed: entry(
    ExitCode.unreachable,
    503,
    'The embedded platform did not start.',
    'Run `rig platform logs`.',
  ),
} as const satisfies Record<string, ErrorEntry>;
