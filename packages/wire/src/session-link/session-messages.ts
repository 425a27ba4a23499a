import type { SessionAccepted, SessionExit, SessionNotice } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';

/** How a session ended, for a client that saw its end. */
export type SessionEnded = Extract<SessionExit, { exitCode: number }>;

type Fields = Record<string, unknown>;

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Reads what ACCEPT of a channel of a session carried. */
export function readAccepted(value: unknown): SessionAccepted {
  const fields = asFields(value);
  const offsets = asFields(fields.offsets);
  const limits = asFields(fields.limits);
  const isWhole =
    typeof fields.session === 'string' &&
    typeof fields.instance === 'string' &&
    typeof fields.client === 'string' &&
    (fields.mode === 'write' || fields.mode === 'read') &&
    isOffset(offsets.stdin) &&
    isOffset(offsets.stdout) &&
    isOffset(offsets.stderr) &&
    isOffset(limits.reconnectSeconds);
  if (!isWhole) {
    throw new RigError('remote_protocol', 'The platform accepted a session without saying which it is.');
  }
  return value as SessionAccepted;
}

/** Reads what EXIT carried. */
export function readExit(value: unknown): SessionExit {
  const { exitCode, signal, stdoutBytes, stderrBytes, left } = asFields(value);
  if (left === 'detached' || left === 'stolen') return { left };
  const isWhole =
    isOffset(exitCode) &&
    exitCode <= 255 &&
    (typeof signal === 'string' || signal === null) &&
    isOffset(stdoutBytes) &&
    isOffset(stderrBytes);
  if (!isWhole) {
    throw new RigError('remote_protocol', 'The platform told the end of the program without its exit code.');
  }
  return value as SessionEnded;
}

const noticeTypes = new Set(['input', 'gap', 'ending', 'mode', 'resized']);

/** Reads a CONTROL message; null for one that a newer platform sends. */
export function readNotice(value: unknown): SessionNotice | null {
  const { type } = asFields(value);
  return typeof type === 'string' && noticeTypes.has(type) ? (value as SessionNotice) : null;
}

/** @throws RigError remote_protocol when bytes are missing */
export function requireBytes(name: string, sent: number, arrived: number): void {
  if (sent === arrived) return;
  throw new RigError('remote_protocol', `Of ${sent} bytes of ${name}, ${arrived} have arrived.`, {
    hint: 'Run the command again; what was printed is not complete.',
  });
}
