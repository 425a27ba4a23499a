export type { ChannelKindOfRecords, RigClientOptions } from './rig-client.ts';
export { RigClient } from './rig-client.ts';
export type { Target } from './target.ts';
