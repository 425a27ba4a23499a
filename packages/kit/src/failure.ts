import { inspect } from 'node:util';
import { type ErrorDocument, errorRegistry, isRigError, toErrorDocument } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { stripStyles } from './text-width.ts';

const SILENT = 'The command failed without saying why.';

/** What oclif hangs on its errors; recognised by shape, since a plugin may bring its own copy of oclif. */
interface OclifError {
  message: string;
  code?: unknown;
  oclif?: { exit?: unknown };
  /** Present on errors of parsing alone. */
  parse?: unknown;
  suggestions?: unknown;
  exitCode?: unknown;
}

export interface FailureContext {
  /** As typed (`apps list`), for the hint of an error of parsing. */
  commandId?: string | undefined;
  /** Whose fault an error without a code of rig is. */
  fallback?: 'command_failed' | 'unexpected';
}

/**
 * Any value a command may throw as the document that is shown, with the exit code the thrower chose.
 * `undefined` when it is no failure: oclif's `this.exit(0)` throws, too.
 */
export function describeFailure(
  thrown: unknown,
  { commandId, fallback = 'unexpected' }: FailureContext = {},
): ErrorDocument | undefined {
  if (isRigError(thrown)) return toErrorDocument(thrown);
  const { hint } = errorRegistry[fallback];
  if (typeof thrown !== 'object' || thrown === null) {
    const said = thrown === undefined || thrown === null ? '' : thrown;
    const message = cleanMessage(typeof said === 'string' ? said : inspect(said));
    return {
      code: fallback,
      message: message === '' ? SILENT : message,
      hint,
      exitCode: ExitCode.unexpected,
    };
  }
  const error = thrown as OclifError;
  const message = cleanMessage(error.message);
  if ('parse' in error && error.oclif !== undefined) {
    const help = commandId === undefined ? 'rig --help' : `rig ${commandId} --help`;
    return {
      code: 'usage',
      message: message.replace(/\nSee more help with --help$/, ''),
      hint: `Run \`${help}\`.`,
      exitCode: ExitCode.usage,
    };
  }
  const chosen = chosenExitCode(error);
  if (isChosenExit(error))
    return chosen === 0 ? undefined : describeExit(chosen ?? ExitCode.unexpected, fallback);
  const suggestions = Array.isArray(error.suggestions) ? error.suggestions.map(String) : [];
  return {
    code: fallback,
    message: message === '' ? SILENT : message,
    hint: suggestions.length > 0 ? suggestions.join(' ') : hint,
    // Nobody fails with 0.
    exitCode: chosen === undefined || chosen === 0 ? ExitCode.unexpected : chosen,
    ...(typeof error.code === 'string' ? { details: { code: error.code } } : {}),
  };
}

/** Whether something thrown is oclif's `this.exit(code)`: an end the command chose, with no word. */
export function isChosenExit(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && (thrown as OclifError).code === 'EEXIT';
}

/** The document of a program that ended itself with a non-zero code and no word. */
export function describeExit(
  exitCode: number,
  fallback: NonNullable<FailureContext['fallback']>,
): ErrorDocument {
  const message = `The command ended with exit code ${exitCode}.`;
  return { code: fallback, message, hint: errorRegistry[fallback].hint, exitCode };
}

function cleanMessage(message: unknown): string {
  return typeof message === 'string' ? stripStyles(message).trim() : '';
}

function chosenExitCode(error: OclifError): number | undefined {
  for (const code of [error.oclif?.exit, error.exitCode]) {
    if (typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255) return code;
  }
  return undefined;
}
