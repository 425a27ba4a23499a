import { ExitCode } from './exit-codes.ts';

interface ErrorEntry {
  readonly exitCode: ExitCode;
  /** HTTP status with which the platform answers this error. */
  readonly httpStatus: number;
  /** When it happens, for `docs/errors.md`. */
  readonly when: string;
  /** What to type or change next, unless the thrower knows better. */
  readonly hint: string;
}

const entry = (exitCode: ExitCode, httpStatus: number, when: string, hint: string): ErrorEntry => ({
  exitCode,
  httpStatus,
  when,
  hint,
});

/**
 * Every error rig knows. A code is permanent: it may be added, never renamed and never reused.
 * `docs/errors.md` lists the same codes; a test compares both.
 */
export const errorRegistry = {
  unexpected: entry(
    ExitCode.unexpected,
    500,
    'Something failed that rig did not foresee.',
    'Run `rig doctor`; if it finds nothing, report this with the request id.',
  ),
  command_failed: entry(
    ExitCode.unexpected,
    500,
    "A command of another author's plugin failed; its exit code is the one it chose, else 1.",
    'Read what the command printed on stderr, and the documentation of its plugin.',
  ),
  usage: entry(
    ExitCode.usage,
    400,
    'An unknown command, flag or argument, or one that is missing.',
    'Run the command with --help.',
  ),
  command_not_found: entry(
    ExitCode.usage,
    400,
    'There is no such command.',
    'Run `rig help` for the list of commands.',
  ),
  app_required: entry(
    ExitCode.usage,
    400,
    'No app was named and there is no rig.toml in or above the current folder.',
    'Name the app, or run the command inside its folder.',
  ),
  confirmation_required: entry(
    ExitCode.usage,
    400,
    'The command would change something that needs a yes, and nobody is there to ask.',
    'Repeat the command with --yes.',
  ),
  invalid_input: entry(
    ExitCode.invalidInput,
    400,
    'A value has the wrong form.',
    'Correct the value that the message names.',
  ),
  invalid_name: entry(
    ExitCode.invalidInput,
    400,
    'A name does not follow the rules for names.',
    'Use 1 to 40 lower-case letters, digits and hyphens, starting with a letter.',
  ),
  invalid_rig_toml: entry(
    ExitCode.invalidInput,
    422,
    'rig.toml cannot be read or says something that is not allowed.',
    'Correct the line that the message names.',
  ),
  invalid_procfile: entry(
    ExitCode.invalidInput,
    422,
    'The Procfile has a line that is not `name: command`.',
    'Correct the line that the message names.',
  ),
  invalid_bundle: entry(
    ExitCode.invalidInput,
    422,
    'The bundle breaks a rule of bundles: an unsafe path, a digest that does not match, a limit.',
    'Deploy again with this version of rig; the message names the path.',
  ),
  source_empty: entry(
    ExitCode.invalidInput,
    422,
    'There is nothing to deploy in the folder.',
    'Check the path, and .gitignore and .rigignore.',
  ),
  source_not_found: entry(
    ExitCode.invalidInput,
    400,
    'The folder to deploy does not exist or is not a folder.',
    'Check the path.',
  ),
  source_unreadable: entry(
    ExitCode.invalidInput,
    400,
    'A file of the source cannot be read.',
    'Make the file readable or list it in .rigignore.',
  ),
  source_changed: entry(
    ExitCode.invalidInput,
    400,
    'A file changed while it was being read, twice.',
    'Wait until the file is no longer written to, or list it in .rigignore.',
  ),
  nothing_detected: entry(
    ExitCode.invalidInput,
    422,
    'No detector knows how to run this source.',
    'Add a rig.toml with a [processes] table, for example: web = "./start".',
  ),
  body_too_large: entry(
    ExitCode.invalidInput,
    413,
    'A request body is larger than the platform accepts.',
    'Send less at once.',
  ),
  headers_too_large: entry(
    ExitCode.invalidInput,
    431,
    'The headers of a request are larger than the platform accepts.',
    'Send smaller headers.',
  ),
  malformed_json: entry(
    ExitCode.invalidInput,
    400,
    'A request body is not JSON.',
    'Send a JSON document with content-type application/json.',
  ),
  config_unreadable: entry(
    ExitCode.invalidInput,
    400,
    "A file of rig's own settings cannot be read or parsed.",
    'Correct or remove the file that the message names.',
  ),
  not_authenticated: entry(
    ExitCode.notAuthenticated,
    401,
    'No credentials were given, or the platform does not know them.',
    'Check RIG_TOKEN or the context: `rig context list`.',
  ),
  not_permitted: entry(
    ExitCode.notPermitted,
    403,
    'The credentials do not allow this.',
    'Ask an administrator of the platform.',
  ),
  not_found: entry(ExitCode.notFound, 404, 'There is no such thing.', 'Check the name.'),
  app_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no app of that name.',
    'Run `rig apps list` for the apps there are.',
  ),
  release_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such release.',
    'Run `rig releases list` for the releases there are.',
  ),
  build_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no such build.',
    'Run `rig releases list` for the builds of an app.',
  ),
  deploy_not_found: entry(ExitCode.notFound, 404, 'There is no such deploy.', 'Run `rig releases list`.'),
  process_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such process.',
    'Run `rig apps info` for its processes.',
  ),
  instance_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such instance, or none is running.',
    'Run `rig apps info` for its instances.',
  ),
  context_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no context of that name.',
    'Run `rig context list`.',
  ),
  route_not_found: entry(
    ExitCode.notFound,
    404,
    'The platform has no such route.',
    'See /v1/openapi.json; rig and the platform may differ in version.',
  ),
  app_exists: entry(ExitCode.conflict, 409, 'There is an app of that name already.', 'Choose another name.'),
  context_exists: entry(
    ExitCode.conflict,
    409,
    'There is a context of that name already.',
    'Choose another name or remove the old one first.',
  ),
  deploy_in_progress: entry(
    ExitCode.conflict,
    409,
    'The app is being deployed already.',
    'Wait until it has ended, then try again.',
  ),
  release_current: entry(ExitCode.conflict, 409, 'The release is live already.', 'Nothing to do.'),
  bundle_incomplete: entry(
    ExitCode.conflict,
    409,
    'The bundle was committed before all of its content had arrived.',
    'Upload what is missing and commit again.',
  ),
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
  unreachable: entry(ExitCode.unreachable, 503, 'The platform does not answer.', 'Run `rig doctor`.'),
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
  timed_out: entry(
    ExitCode.timedOut,
    504,
    'Something took longer than allowed.',
    'Try again or allow more time.',
  ),
  build_failed: entry(
    ExitCode.buildFailed,
    422,
    'A step of the build failed; the previous release is still live.',
    'Read the log: `rig logs build`.',
  ),
  release_failed: entry(
    ExitCode.releaseFailed,
    422,
    'The new release did not become healthy; the previous one is still live.',
    'Read the log: `rig logs app`.',
  ),
  cancelled: entry(
    ExitCode.cancelled,
    409,
    'Somebody else cancelled it.',
    'Ask who did: the audit log tells.',
  ),
  interrupted: entry(ExitCode.interrupted, 499, 'The command was interrupted.', 'Run it again to go on.'),
  disk_full: entry(
    ExitCode.unexpected,
    507,
    'The disk of the platform is full.',
    'Free some space on it, then try again.',
  ),
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
    'The remote program may still run; see `rig status`.',
  ),
  remote_not_started: entry(
    ExitCode.notFound,
    422,
    'The remote program could not be started.',
    'Check that the program exists in the app and may be run.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorRegistry;

/** How an error travels: in an API response body and in a machine-format document. */
export interface ErrorDocument {
  /** A code of {@link errorRegistry}; an unknown one from a newer peer is kept as it is. */
  code: string;
  message: string;
  hint: string;
  exitCode: number;
  requestId?: string;
  details?: Record<string, unknown>;
}

export interface RigErrorOptions {
  hint?: string;
  details?: Record<string, unknown>;
  requestId?: string;
  cause?: unknown;
}

/** Survives several copies of this package in one process, which separately versioned plugins cause. */
const brand = Symbol.for('rig.error');

/** An error with a permanent code, told in the user's words, with the next step. */
export class RigError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: number;
  readonly httpStatus: number;
  readonly details: Record<string, unknown> | undefined;
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, options: RigErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const known: ErrorEntry = errorRegistry[code];
    this.name = 'RigError';
    this.code = code;
    this.hint = options.hint ?? known.hint;
    this.exitCode = known.exitCode;
    this.httpStatus = known.httpStatus;
    this.details = options.details;
    this.requestId = options.requestId;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Rebuilds an error that arrived from the other side. */
  static fromDocument(document: ErrorDocument): RigError {
    const code = document.code in errorRegistry ? (document.code as ErrorCode) : 'unexpected';
    const { hint, details, requestId } = document;
    const error = new RigError(code, document.message, {
      hint,
      ...(details === undefined ? {} : { details }),
      ...(requestId === undefined ? {} : { requestId }),
    });
    return Object.defineProperties(error, {
      code: { value: document.code, enumerable: true },
      exitCode: { value: document.exitCode, enumerable: true },
    });
  }
}

/** Whether a thrown value is rig's own error, from this copy of the package or another. */
export function isRigError(value: unknown): value is RigError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** Any thrown value as the document that is shown or sent; what is not rig's own becomes `unexpected`. */
export function toErrorDocument(value: unknown): ErrorDocument {
  const error = isRigError(value)
    ? value
    : new RigError('unexpected', value instanceof Error ? value.message : String(value));
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    exitCode: error.exitCode,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}
