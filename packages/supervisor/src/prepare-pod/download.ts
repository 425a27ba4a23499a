import type { ArtifactGrant } from '@rig-ops/contract/resources';
import type { Rigd } from './ask-rigd.ts';
import { Refusal } from './ask-rigd.ts';
import type { Patience } from './patience.ts';
import { PreparationError } from './preparation-error.ts';

/** Another archive of the same files has come into the place of the one that was begun. */
export class ArchiveReplaced extends PreparationError {
  constructor() {
    super('The archive of the files was made anew while it was fetched.', { passes: true });
  }
}

/**
 * The archive of a release, byte by byte in order. A connection that is cut goes on where it was, a URL that has
 * expired is asked for anew.
 * @throws PreparationError once trying again is of no use
 */
export async function* download(rigd: Rigd, key: string, patience: Patience): AsyncGenerator<Buffer> {
  let grant = await askGrant(rigd, key, patience);
  for (let offset = 0; offset < grant.bytes; ) {
    try {
      const response = await rigd.ask('GET', `${grant.path}&offset=${offset}`);
      try {
        for await (const chunk of response as AsyncIterable<Buffer>) {
          offset += chunk.length;
          patience.progress();
          yield chunk;
        }
      } finally {
        response.destroy();
      }
      if (offset < grant.bytes) throw new Error('the answer ended too early');
    } catch (thrown) {
      const failure =
        thrown instanceof PreparationError
          ? thrown
          : new PreparationError(
              `The connection to rigd at ${rigd.shown} was cut (${reasonOf(thrown)}) after ${offset} of ${grant.bytes} bytes.`,
              { passes: true, cause: thrown },
            );
      await patience.after(failure);
      const before = grant;
      if (failure instanceof Refusal) grant = await askGrant(rigd, key, patience);
      if (grant.archive !== before.archive) throw new ArchiveReplaced();
    }
  }
}

async function askGrant(rigd: Rigd, key: string, patience: Patience): Promise<ArtifactGrant> {
  for (;;) {
    try {
      const said = (await rigd.askDocument('POST', '/v1/artifacts/grants', { key })) as ArtifactGrant | null;
      if (typeof said?.path === 'string' && said.path.startsWith('/') && Number.isSafeInteger(said.bytes))
        return said;
      throw new PreparationError(`What answers at ${rigd.shown} is not rigd.`, { passes: true });
    } catch (error) {
      await patience.after(error);
    }
  }
}

const reasonOf = (thrown: unknown): string =>
  (thrown as NodeJS.ErrnoException).code ?? (thrown instanceof Error ? thrown.message : String(thrown));
