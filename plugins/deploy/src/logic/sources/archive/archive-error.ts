import { RigError } from '@rig-ops/contract/errors';

/** An archive that cannot be read to its end. */
export function invalidArchive(shown: string, why: string, cause?: unknown): RigError {
  return new RigError('archive_invalid', `${shown} ${why}`, cause === undefined ? {} : { cause });
}

/** An archive with an entry that must not be unpacked; nothing of it stays. */
export function unsafeArchive(path: string, why: string): RigError {
  return new RigError(
    'archive_unsafe',
    `The archive is refused: ${JSON.stringify(path.slice(0, 300))} ${why}.`,
    {
      details: { path: path.slice(0, 1024) },
    },
  );
}
