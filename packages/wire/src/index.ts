export type { Channel, OpenRequest } from './channel.ts';
export { Connection, type ConnectionOptions } from './connection.ts';
export type { MessageSocket } from './message-socket.ts';
export { DEFAULT_WINDOW_BYTES, PROTOCOL_VERSION, WIRE_LIMITS, WIRE_SUBPROTOCOL } from './protocol.ts';
export { readRecords, sendRecordBatches, sendRecords } from './records.ts';
export { relay, type RelayedBytes } from './relay.ts';
