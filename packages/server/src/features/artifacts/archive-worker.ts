import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorDocument, isRigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type ArchiveOrder, makeArchive, type MadeArchive } from './make-archive.ts';

/** What the thread says at its end. */
export type ArchiveAnswer =
  | { made: MadeArchive }
  | { error: ErrorDocument }
  | { failure: { message: string; code: string | undefined } };

async function answer(): Promise<ArchiveAnswer> {
  try {
    return { made: await makeArchive(workerData as ArchiveOrder) };
  } catch (error) {
    if (isRigError(error)) return { error: toErrorDocument(error) };
    const { message, code } = error as NodeJS.ErrnoException;
    return { failure: { message, code } };
  }
}

parentPort?.postMessage(await answer(), []);
