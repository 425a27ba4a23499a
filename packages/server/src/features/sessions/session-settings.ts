import { readFile } from 'node:fs/promises';
import type { SessionLimits } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';

/** What the platform allows sessions, where no policy says less. */
export interface SessionSettings {
  /** How long a lost client is waited for: with pipes, and with a terminal. */
  reconnectSeconds: number;
  terminalReconnectSeconds: number;
  /** How long one lives with nobody attached. */
  detachedSeconds: number;
  /** How long without a byte either way; null for any time. */
  idleSeconds: number | null;
  /** How long in all; null for any time. */
  maximumSeconds: number | null;
  /** How many may run at the same time. */
  perUser: number;
  total: number;
  /** How long the history goes back. */
  historyDays: number;
}

const DEFAULTS: SessionSettings = {
  reconnectSeconds: 60,
  terminalReconnectSeconds: 120,
  detachedSeconds: 8 * 60 * 60,
  idleSeconds: 24 * 60 * 60,
  maximumSeconds: null,
  perUser: 20,
  total: 500,
  historyDays: 90,
};

const MAY_BE_NULL: ReadonlySet<string> = new Set(['idleSeconds', 'maximumSeconds']);

/**
 * Reads the settings of sessions, any of them; without the file, and for what it does not say, the defaults.
 * @throws RigError `config_unreadable`: a limit somebody has set and that does not hold is worse than none
 */
export async function readSessionSettings(path: string): Promise<SessionSettings> {
  let set: Partial<SessionSettings>;
  try {
    set = JSON.parse(await readFile(path, 'utf8')) as Partial<SessionSettings>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return DEFAULTS;
    throw unreadable(path, (cause as Error).message, cause);
  }
  for (const [name, value] of Object.entries(set)) {
    if (!Object.hasOwn(DEFAULTS, name)) throw unreadable(path, `there is no setting ${JSON.stringify(name)}`);
    if (value === null && MAY_BE_NULL.has(name)) continue;
    if (!Number.isSafeInteger(value) || (value as number) < 1) {
      throw unreadable(path, `${name} is ${JSON.stringify(value)}, not a whole number above 0`);
    }
  }
  return { ...DEFAULTS, ...set };
}

/** The limits of one session: the narrower of what the platform and a policy say. */
export function limitsOf(
  settings: SessionSettings,
  terminal: boolean,
  policy: Pick<SessionLimits, 'idleSeconds' | 'maximumSeconds'>,
): SessionLimits {
  return {
    reconnectSeconds: terminal ? settings.terminalReconnectSeconds : settings.reconnectSeconds,
    detachedSeconds: settings.detachedSeconds,
    idleSeconds: narrower(settings.idleSeconds, policy.idleSeconds),
    maximumSeconds: narrower(settings.maximumSeconds, policy.maximumSeconds),
  };
}

function narrower(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.min(left, right);
}

function unreadable(path: string, reason: string, cause?: unknown): RigError {
  return new RigError('config_unreadable', `${path} cannot be read: ${reason}`, {
    hint: 'Correct the file or remove it: {"idleSeconds": 3600, "perUser": 20}.',
    cause,
  });
}
