import { RigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';

export interface PluginErrorOptions {
  /** What to type or change next. */
  hint: string;
  /** One of {@link ExitCode}; 1 when absent. */
  exitCode?: number;
  /** What a script may want to know besides; no secrets. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * An error of a plugin's own: a permanent `code` (lower-case words joined by `_`, the first one the
 * plugin's topic so that no two plugins mean different things by one code), a message in the user's
 * words, and the next step. It is shown and recorded as an error of rig is. Throws a TypeError for a code
 * of another form, or an exit code outside of 1 to 255.
 */
export class PluginError extends RigError {
  constructor(code: string, message: string, options: PluginErrorOptions) {
    const { hint, exitCode = ExitCode.unexpected, details, cause } = options;
    if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(code)) {
      throw new TypeError(`"${code}" is no code of an error: lower-case words joined by _, two at least.`);
    }
    if (!Number.isInteger(exitCode) || exitCode < 1 || exitCode > 255) {
      throw new TypeError(`${exitCode} is no exit code of an error.`);
    }
    super('command_failed', message, { hint, cause, ...(details === undefined ? {} : { details }) });
    this.name = 'PluginError';
    Object.defineProperties(this, {
      code: { value: code, enumerable: true },
      exitCode: { value: exitCode, enumerable: true },
    });
  }
}
