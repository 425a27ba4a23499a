import { RigError } from '@rig-ops/contract/errors';

const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/**
 * The lines of what a daemon tells that are not empty, as they come.
 * @throws RigError `docker_unreachable` when it goes away before the end
 */
export async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of untilBroken(source)) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS)
      throw new RigError('docker_refused', 'The Docker daemon sent a line without an end.');
    for (const part of parts) if (part.trim() !== '') yield part;
  }
  if (rest.trim() !== '') yield rest;
}

async function* untilBroken(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (error) {
    // What Node says of an answer that has no end.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    throw new RigError('docker_unreachable', 'The Docker daemon went away in the middle of its answer.', {
      cause: error,
    });
  }
}
