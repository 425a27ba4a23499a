import type { ClusterStatus } from '../cluster-errors.ts';

/** How a program that was started in a container has ended. */
export type ExecEnd =
  | { type: 'exited'; exitCode: number }
  /** It was not started. */
  | { type: 'refused'; message: string }
  /** Nobody knows: the connection was cut before it was told. */
  | { type: 'lost'; message: string };

/** What comes on the channel for it, at the end: a `Status`, or plain text from servers before v4. */
export function readExecEnd(text: string): ExecEnd {
  const status = parse(text);
  if (status.status === 'Success') return { type: 'exited', exitCode: 0 };
  const exitCode = exitCodeOf(status);
  if (exitCode !== null) return { type: 'exited', exitCode };
  return { type: 'refused', message: (status.message ?? text).trim() };
}

function exitCodeOf({ reason, details }: ClusterStatus): number | null {
  if (reason !== 'NonZeroExitCode') return null;
  const told = details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  const code = Number(told);
  return told === undefined || !Number.isInteger(code) ? null : code;
}

/** Without a kind, unlike any other of its type. */
function parse(text: string): ClusterStatus {
  try {
    const value = JSON.parse(text) as ClusterStatus | null;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
