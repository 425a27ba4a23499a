import { RigError } from '@rig-ops/contract/errors';

const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/** The lines of a text that are not empty, as they come. */
export async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS)
      throw new RigError('docker_refused', 'The Docker daemon sent a line without an end.');
    for (const part of parts) if (part.trim() !== '') yield part;
  }
  if (rest.trim() !== '') yield rest;
}
