import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { RigError } from '@rig-ops/contract/errors';
import type { ArchiveAnswer } from './archive-worker.ts';
import type { ArchiveOrder, MadeArchive } from './make-archive.ts';

const script = new URL(
  import.meta.url.endsWith('.ts') ? './archive-worker.ts' : './archive-worker.js',
  import.meta.url,
);

/** As `makeArchive`, in a thread of its own: reading and hashing would hold up whoever asks rigd meanwhile. */
export async function makeArchiveAside(order: ArchiveOrder): Promise<MadeArchive> {
  const worker = new Worker(script, { workerData: order });
  const ended = once(worker, 'exit').then(() => {
    throw new Error('The thread that makes an archive ended without a word.');
  });
  ended.catch(() => undefined);
  const [answer] = (await Promise.race([once(worker, 'message'), ended])) as [ArchiveAnswer];
  if ('made' in answer) return answer.made;
  if ('error' in answer) throw RigError.fromDocument(answer.error);
  throw Object.assign(new Error(answer.failure.message), answer.failure);
}
