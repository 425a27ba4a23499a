import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';

const orNothing = { throwIfNoEntry: false } as const;

/** Kind and name of each entry of a folder; null when it has vanished since. Throws `source_unreadable` naming the folder. */
export function readFolder(absolute: string, shown: string) {
  return orUnreadable(shown, () => readdirSync(absolute, { withFileTypes: true }));
}

/** Throws `source_unreadable`; null when it has vanished since. */
export function statEntry(absolute: string, shown: string): Stats | null {
  return orUnreadable(shown, () => lstatSync(absolute, orNothing) ?? null);
}

/** The bytes of the target. Throws `source_unreadable`; null when it has vanished since. */
export function readLink(absolute: string, shown: string): Buffer | null {
  return orUnreadable(shown, () => readlinkSync(absolute, 'buffer'));
}

/** Turns a refused access into `source_unreadable` and an absent entry into null. */
export function orUnreadable<T>(shown: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === undefined) throw error;
    throw new RigError('source_unreadable', `${shown} cannot be read (${code}).`, { cause: error });
  }
}
