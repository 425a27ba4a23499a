import { RigError } from '@rig-ops/contract/errors';
import { WIRE_LIMITS, FrameType } from './protocol.ts';
import { violation } from './violation.ts';

/**
 * One message of the transport: a type byte, the channel (u32, big endian; 0 is the connection itself)
 * and a body. `docs/wire.md` describes them.
 */
export type Frame =
  | { type: typeof FrameType.hello; channel: number; json: unknown }
  | { type: typeof FrameType.open; channel: number; json: unknown }
  | { type: typeof FrameType.accept; channel: number; json: unknown }
  | { type: typeof FrameType.control; channel: number; json: unknown }
  | { type: typeof FrameType.exit; channel: number; json: unknown }
  | { type: typeof FrameType.close; channel: number; json: unknown }
  | { type: typeof FrameType.data; channel: number; stream: number; offset: number; bytes: Uint8Array }
  | { type: typeof FrameType.eof; channel: number; stream: number; offset: number }
  | { type: typeof FrameType.credit; channel: number; stream: number; offset: number }
  | { type: typeof FrameType.ping; channel: number; bytes: Uint8Array }
  | { type: typeof FrameType.pong; channel: number; bytes: Uint8Array };

const HEADER_BYTES = 5;
/** Header, stream (u8) and offset (u64). */
const STREAM_HEADER_BYTES = 14;
const PING_BYTES = 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type JsonType =
  | typeof FrameType.hello
  | typeof FrameType.open
  | typeof FrameType.accept
  | typeof FrameType.control
  | typeof FrameType.exit
  | typeof FrameType.close;

function startFrame(type: number, channel: number, length: number): { frame: Uint8Array; view: DataView } {
  const frame = new Uint8Array(length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, type);
  view.setUint32(1, channel);
  return { frame, view };
}

/**
 * A frame with a JSON body; `undefined` is an empty body.
 * @throws RigError body_too_large when the JSON is longer than {@link WIRE_LIMITS}.jsonBytes
 */
export function encodeJsonFrame(type: JsonType, channel: number, json: unknown): Uint8Array {
  const body = json === undefined ? new Uint8Array(0) : encoder.encode(JSON.stringify(json));
  if (body.length > WIRE_LIMITS.jsonBytes) {
    const message = `${body.length} bytes are too many for one message of a session; it takes ${WIRE_LIMITS.jsonBytes}.`;
    throw new RigError('body_too_large', message);
  }
  const { frame } = startFrame(type, channel, HEADER_BYTES + body.length);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** A DATA frame; `offset` is the position of its first byte in the stream. */
export function encodeData(channel: number, stream: number, offset: number, bytes: Uint8Array): Uint8Array {
  const { frame, view } = startFrame(FrameType.data, channel, STREAM_HEADER_BYTES + bytes.length);
  view.setUint8(5, stream);
  view.setBigUint64(6, BigInt(offset));
  frame.set(bytes, STREAM_HEADER_BYTES);
  return frame;
}

/** An EOF (final offset) or a CREDIT (absolute limit). */
export function encodeOffset(
  type: typeof FrameType.eof | typeof FrameType.credit,
  channel: number,
  stream: number,
  offset: number,
): Uint8Array {
  const { frame, view } = startFrame(type, channel, STREAM_HEADER_BYTES);
  view.setUint8(5, stream);
  view.setBigUint64(6, BigInt(offset));
  return frame;
}

/** A PING or the PONG that repeats its 8 bytes. */
export function encodePing(
  type: typeof FrameType.ping | typeof FrameType.pong,
  bytes: Uint8Array,
): Uint8Array {
  const { frame } = startFrame(type, 0, HEADER_BYTES + PING_BYTES);
  frame.set(bytes, HEADER_BYTES);
  return frame;
}

function decodeJson(body: Uint8Array): unknown {
  if (body.length > WIRE_LIMITS.jsonBytes) throw violation(`a message of ${body.length} bytes`);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch (cause) {
    throw violation(`a message that is not JSON (${cause instanceof Error ? cause.message : 'unreadable'})`);
  }
}

function readOffset(view: DataView): number {
  const offset = view.getBigUint64(6);
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw violation('an offset beyond 2^53');
  return Number(offset);
}

function decodeStreamFrame(
  type: typeof FrameType.data | typeof FrameType.eof | typeof FrameType.credit,
  channel: number,
  message: Uint8Array,
  view: DataView,
): Frame {
  if (channel === 0) throw violation('stream data outside a channel');
  const payload = message.length - STREAM_HEADER_BYTES;
  if (payload < 0) throw violation('a frame that is too short');
  const stream = view.getUint8(5);
  const offset = readOffset(view);
  if (type !== FrameType.data) {
    if (payload !== 0) throw violation('a frame that is too long');
    return { type, channel, stream, offset };
  }
  if (payload === 0 || payload > WIRE_LIMITS.dataBytes) throw violation(`a DATA frame of ${payload} bytes`);
  return { type, channel, stream, offset, bytes: message.subarray(STREAM_HEADER_BYTES) };
}

/**
 * Reads one message of the transport. The bytes of a DATA frame are a view into it.
 * @throws RigError remote_protocol
 */
export function decodeFrame(message: Uint8Array): Frame {
  if (message.length < HEADER_BYTES) throw violation('a frame without a header');
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const type = view.getUint8(0);
  const channel = view.getUint32(1);
  const body = message.subarray(HEADER_BYTES);
  switch (type) {
    case FrameType.hello:
      if (channel !== 0) throw violation('a HELLO inside a channel');
      return { type, channel, json: decodeJson(body) };
    case FrameType.open:
    case FrameType.accept:
    case FrameType.control:
    case FrameType.exit:
      if (channel === 0) throw violation('a message outside a channel');
      return { type, channel, json: decodeJson(body) };
    case FrameType.close:
      return { type, channel, json: decodeJson(body) };
    case FrameType.data:
    case FrameType.eof:
    case FrameType.credit:
      return decodeStreamFrame(type, channel, message, view);
    case FrameType.ping:
    case FrameType.pong:
      if (channel !== 0 || body.length !== PING_BYTES) throw violation('a malformed PING or PONG');
      return { type, channel, bytes: body };
    default:
      throw violation(`a frame of unknown type ${type}`);
  }
}
