import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const loginErrors = {
  login_denied: entry(
    ExitCode.notPermitted,
    403,
    'Somebody refused the login that was asked for.',
    'Run `rig login` again, and approve the code it shows.',
  ),
  login_expired: entry(
    ExitCode.timedOut,
    410,
    'Nobody approved the login in time.',
    'Run `rig login` again for a new code.',
  ),
  login_code_unknown: entry(
    ExitCode.notFound,
    404,
    'No login waits under that code: it was mistyped, is used up or has expired.',
    'Type the code as `rig login` shows it, or run `rig login` again for a new one.',
  ),
  login_attempts_exceeded: entry(
    ExitCode.notPermitted,
    429,
    'Too many logins were asked for, or too many wrong codes typed, within a short time.',
    'Wait a minute, then try again.',
  ),
  keyring_unavailable: entry(
    ExitCode.notAuthenticated,
    401,
    'The credentials are in the keyring of the system, which cannot be read now.',
    'Unlock the keyring, or run `rig login` again.',
  ),
} as const satisfies Record<string, ErrorEntry>;
