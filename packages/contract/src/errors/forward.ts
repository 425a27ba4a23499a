import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

/** Of ports of apps that are reached from elsewhere. */
export const forwardErrors = {
  port_not_open: entry(
    ExitCode.notFound,
    404,
    'No process of the app listens on the port that is to be reached; those of others are out of reach.',
    'Name a port that the app listens on, or one of its processes for its PORT.',
  ),
  port_refused: entry(
    ExitCode.unreachable,
    502,
    'A port of an app did not take a connection.',
    'See whether the app is well: `rig status`, `rig logs app`.',
  ),
  local_port_taken: entry(
    ExitCode.conflict,
    409,
    'Another program of this machine listens on the local port already, or it may not be used.',
    'Choose another one, as in 9000:8080; 0:8080 takes any that is free.',
  ),
} as const satisfies Record<string, ErrorEntry>;
