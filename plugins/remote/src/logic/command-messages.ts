import type { CommandAccepted, CommandExit } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';

/** Reads what ACCEPT of a `command` carried. */
export function readAccepted(value: unknown): CommandAccepted {
  const { session, instance } = asRecord(value);
  if (typeof session !== 'string' || typeof instance !== 'string') {
    throw new RigError('remote_protocol', 'The platform accepted the command without naming its session.');
  }
  return { session, instance };
}

/** Reads what EXIT of a `command` carried, and compares its byte counts with what has arrived. */
export function readExit(value: unknown, arrived: { stdout: number; stderr: number }): CommandExit {
  const { exitCode, signal, stdoutBytes, stderrBytes } = asRecord(value);
  if (
    typeof exitCode !== 'number' ||
    !(Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 255) ||
    !(typeof signal === 'string' || signal === null) ||
    typeof stdoutBytes !== 'number' ||
    typeof stderrBytes !== 'number'
  ) {
    throw new RigError('remote_protocol', 'The platform told the end of the program without its exit code.');
  }
  requireBytes('stdout', stdoutBytes, arrived.stdout);
  requireBytes('stderr', stderrBytes, arrived.stderr);
  return { exitCode, signal, stdoutBytes, stderrBytes };
}

function requireBytes(name: string, sent: number, arrived: number): void {
  if (sent === arrived) return;
  throw new RigError('remote_protocol', `Of ${sent} bytes of ${name}, ${arrived} have arrived.`, {
    hint: 'Run the command again; what was printed is not complete.',
  });
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
