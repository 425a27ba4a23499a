/** Frames of the session protocol as `docs/wire.md` has them, made here a second time, so that they can be wrong. */
export const type = {
  hello: 1,
  open: 2,
  accept: 3,
  data: 4,
  eof: 5,
  credit: 6,
  control: 7,
  exit: 8,
  close: 9,
  ping: 10,
  pong: 11,
} as const;

export function frame(kind: number, channel: number, body: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(5);
  head[0] = kind;
  head.writeUInt32BE(channel >>> 0, 1);
  return Buffer.concat([head, body]);
}

export const json = (kind: number, channel: number, value: unknown): Buffer =>
  frame(kind, channel, Buffer.from(JSON.stringify(value)));

export function streamed(
  kind: number,
  channel: number,
  stream: number,
  offset: bigint,
  bytes: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.alloc(9);
  head[0] = stream;
  head.writeBigUInt64BE(BigInt.asUintN(64, offset), 1);
  return frame(kind, channel, Buffer.concat([head, bytes]));
}

export const hello = (version: unknown = 1): Buffer => json(type.hello, 0, { version });
export const ping = (): Buffer => frame(type.ping, 0, Buffer.alloc(8));
