import type { ExitCode } from '../exit-codes.ts';

export interface ErrorEntry {
  readonly exitCode: ExitCode;
  /** HTTP status with which the platform answers this error. */
  readonly httpStatus: number;
  /** When it happens, for `docs/errors.md`. */
  readonly when: string;
  /** What to type or change next, unless the thrower knows better. */
  readonly hint: string;
}

export const entry = (exitCode: ExitCode, httpStatus: number, when: string, hint: string): ErrorEntry => ({
  exitCode,
  httpStatus,
  when,
  hint,
});
