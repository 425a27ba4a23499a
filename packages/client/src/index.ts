export type { RawAnswer, RawRequest } from './http/send-raw.ts';
export type { ChannelKindOfRecords, RigClientOptions } from './rig-client.ts';
export type { AgentOptions } from './agent/start-agent.ts';
export { RigClient } from './rig-client.ts';
export type { Target } from './target.ts';
