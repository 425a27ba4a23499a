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
  browser_login_refused: entry(
    ExitCode.notAuthenticated,
    401,
    'The link that logs a browser in is unknown, has expired, or was used.',
    'Run `rig status dashboard --web` again for a new one.',
  ),
  browser_login_conflict: entry(
    ExitCode.conflict,
    409,
    'The browser is logged in as somebody else already.',
    'Log out in the page first, or choose there to go on as the other user.',
  ),
  browser_session_ended: entry(
    ExitCode.notAuthenticated,
    401,
    'The session of the browser has ended: it was logged out, or not used for long.',
    'Run `rig status dashboard --web` to log the browser in again.',
  ),
  browser_session_not_found: entry(
    ExitCode.notFound,
    404,
    'The user has no session of a browser with that id.',
    'Run `rig tokens list` to see them.',
  ),
  pages_not_served: entry(
    ExitCode.notFound,
    404,
    'The platform has no pages for a browser where they were looked for.',
    'Use `rig status dashboard` in the terminal, or update the platform.',
  ),
  keyring_unavailable: entry(
    ExitCode.notAuthenticated,
    401,
    'The credentials are in the keyring of the system, which cannot be read now.',
    'Unlock the keyring, or run `rig login` again.',
  ),
} as const satisfies Record<string, ErrorEntry>;
