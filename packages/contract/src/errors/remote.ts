import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const remoteErrors = {
  remote_protocol: entry(
    ExitCode.remoteProtocol,
    400,
    'A frame of the session protocol was malformed or out of order.',
    'Use the same version of rig on both sides.',
  ),
  remote_target_gone: entry(
    ExitCode.remoteTargetGone,
    410,
    'The instance of a session has gone.',
    'Run the command again; it will choose a running instance.',
  ),
  remote_connection_lost: entry(
    ExitCode.remoteConnectionLost,
    503,
    'The connection broke before the exit status of the remote program arrived.',
    'The remote program may still run; see `rig sessions list`.',
  ),
  remote_timeout: entry(
    ExitCode.remoteTimeout,
    504,
    'A command took longer than its `--timeout`.',
    'Give it more time with --timeout, or leave that out.',
  ),
  remote_not_run: entry(
    ExitCode.cancelled,
    409,
    'One of several commands was not started, since another had failed (`--fail-fast`) or a signal came.',
    'Run it again by itself, or without --fail-fast.',
  ),
  remote_not_started: entry(
    ExitCode.notFound,
    422,
    'The remote program could not be started.',
    'Check that the program exists in the app and may be run.',
  ),
  recording_failed: entry(
    ExitCode.unexpected,
    507,
    'A session that must be recorded cannot be recorded.',
    'See that there is room on the disk of the platform, and how much recordings may take: `rig sessions recording show`.',
  ),
  recording_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no recording of this session.',
    'Run `rig sessions list --all`; the column RECORDING says which are recorded.',
  ),
  recording_altered: entry(
    ExitCode.conflict,
    409,
    'A recording is not what the platform wrote: its hash is not the one in the audit log.',
    'Nothing of it was handed out. Run `rig audit verify`, and find out who can write to the folder of the platform.',
  ),
  session_not_found: entry(ExitCode.notFound, 404, 'There is no such session.', 'Run `rig sessions list`.'),
  session_ended: entry(
    ExitCode.conflict,
    409,
    'The session has ended already.',
    'Run `rig sessions list --all` to see how.',
  ),
  session_busy: entry(
    ExitCode.conflict,
    409,
    'Somebody else writes in the session.',
    'Watch it without `--write`, or take over with `--steal`.',
  ),
  too_many_sessions: entry(
    ExitCode.conflict,
    429,
    'There are as many sessions as the platform allows.',
    'End one with `rig sessions kill`.',
  ),
  user_not_supported: entry(
    ExitCode.usage,
    422,
    'What runs the apps has no users inside them.',
    'Leave `--user` out.',
  ),
  recording_unreadable: entry(
    ExitCode.invalidInput,
    422,
    'A recording has a form that this rig does not know.',
    'Use the version of rig that the platform has: `rig version` shows both.',
  ),
} as const satisfies Record<string, ErrorEntry>;
