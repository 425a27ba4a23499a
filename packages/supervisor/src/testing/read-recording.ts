import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { BLOCK_HEAD_BYTES, BLOCK_MAGIC } from '@rig-ops/contract/recording';

/** The text of a recording, block by block; a block that is not whole ends it. */
export function readRecording(path: string): string {
  const bytes = readFileSync(path);
  let text = '';
  for (let at = 0; at + BLOCK_HEAD_BYTES <= bytes.length; ) {
    if (bytes.readUInt32LE(at) !== BLOCK_MAGIC) throw new Error(`no block at ${at}`);
    const end = at + BLOCK_HEAD_BYTES + bytes.readUInt32LE(at + 8);
    if (end > bytes.length) break;
    text += zstdDecompressSync(bytes.subarray(at + BLOCK_HEAD_BYTES, end)).toString();
    at = end;
  }
  return text;
}

export const recordedLines = <T>(path: string): T[] =>
  readRecording(path)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => JSON.parse(line) as T);

/** The bytes of the program, also those that are no UTF-8. */
export function recordedOutput(path: string): Buffer {
  const parts: Uint8Array[] = [];
  let exact: Uint8Array | undefined;
  for (const line of readRecording(path).split('\n')) {
    if (line.startsWith('# rig {"bytes"')) {
      exact = Buffer.from((JSON.parse(line.slice(6)) as { bytes: string }).bytes, 'base64');
      continue;
    }
    if (!line.startsWith('[')) continue;
    const [, code, data] = JSON.parse(line) as [number, string, string];
    if (code === 'o') parts.push(exact ?? Buffer.from(data));
    exact = undefined;
  }
  return Buffer.concat(parts);
}
