export { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';

/** Version of the frames, told in HELLO; both sides must speak the same. */
export const PROTOCOL_VERSION = 1;

/** First byte of a frame. */
export const FrameType = {
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

/** Bounds that hold for every connection; a peer that breaks one ends it as `remote_protocol`. */
export const WIRE_LIMITS = {
  /** Payload of one DATA frame, in bytes; small enough that channels take turns often. */
  dataBytes: 64 * 1024,
  /** JSON of one frame, in bytes. */
  jsonBytes: 1024 * 1024,
  /** Characters of a channel's kind. */
  kindLength: 64,
  /** Channels of one connection that one side has opened and that are not over on both sides. */
  channels: 1024,
  /** CONTROL messages of a channel that wait for a handler, or for the network. */
  controlMessages: 256,
  /** Bytes handed to the transport before waiting for it to drain. */
  bufferedBytes: 256 * 1024,
  /** One record of a record stream, in bytes; the longest log line is 64 KiB before JSON and base64. */
  recordBytes: 4 * 1024 * 1024,
} as const;

export const DEFAULT_WINDOW_BYTES = 256 * 1024;
export const DEFAULT_KEEP_ALIVE_MS = 15_000;
/** Intervals without any frame after which a connection counts as lost. */
export const SILENT_INTERVALS = 3;
/** How long an orderly close waits for slow readers, in milliseconds. */
export const LINGER_MS = 5_000;
