import { ExitCode } from '../exit-codes.ts';
import { type ErrorEntry, entry } from './entry.ts';

export const databaseErrors = {
  database_unavailable: entry(
    ExitCode.unreachable,
    503,
    'The PostgreSQL server that keeps the state of the platform does not answer, is full, or takes no changes.',
    'Start the server, or see its log; then try again.',
  ),
  database_unusable: entry(
    ExitCode.invalidInput,
    503,
    'The database that the platform was given cannot be used as it is.',
    'Correct what the message names; `rig platform start --database-url-file FILE` takes another URL.',
  ),
  database_in_use: entry(
    ExitCode.conflict,
    409,
    'Another rigd uses the database.',
    'End the other platform, or give this one a database of its own.',
  ),
} as const satisfies Record<string, ErrorEntry>;
