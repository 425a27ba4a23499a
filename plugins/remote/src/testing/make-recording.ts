import { zstdCompressSync } from 'node:zlib';
import { BLOCK_HEAD_BYTES, BLOCK_MAGIC, type RecordingAbout } from '@rig-ops/contract/recording';

export const about: RecordingAbout = {
  session: 'ses_1',
  kind: 'shell',
  user: 'ann',
  app: 'shop',
  network: 'default',
  instance: 'web.1',
  release: 3,
  argv: ['bash'],
  startedAt: '2026-11-26T10:00:00.000Z',
};

export const castHead = (columns = 80, rows = 24): string[] => [
  JSON.stringify({
    version: 3,
    term: { cols: columns, rows, type: 'xterm-256color' },
    timestamp: 1_795_687_200,
    command: 'bash',
    title: 'shop web.1 ses_1',
    env: { TERM: 'xterm-256color' },
  }),
  `# rig ${JSON.stringify({ about })}`,
];

/** The bytes of a recording whose blocks have these lines. */
export function recordingOf(...blocks: readonly (readonly (string | object)[])[]): Buffer {
  return Buffer.concat(
    blocks.map((lines) => {
      const text = lines
        .map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
        .join('');
      const frame = zstdCompressSync(Buffer.from(text));
      const head = Buffer.alloc(BLOCK_HEAD_BYTES);
      head.writeUInt32LE(BLOCK_MAGIC, 0);
      head.writeUInt32LE(4, 4);
      head.writeUInt32LE(frame.length, 8);
      return Buffer.concat([head, frame]);
    }),
  );
}

/** As it comes from a connection. */
export async function* inChunks(bytes: Buffer, size = 1_000): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
