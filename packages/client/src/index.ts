export type { RawAnswer, RawRequest } from './http/send-raw.ts';
export type { ChannelKindOfRecords, RigClientOptions } from './rig-client.ts';
export { RigClient } from './rig-client.ts';
export type { Target } from './target.ts';
