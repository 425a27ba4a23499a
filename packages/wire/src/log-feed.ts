export { type ChosenSource, chooseLogs } from './log-feed/choose-logs.ts';
export { SharedConnectionWatch } from './log-feed/connection-watch.ts';
export { joinPartialLines, type WholeLine } from './log-feed/join-partial-lines.ts';
export { NetworkLogs, type NetworkPart, networkParts } from './log-feed/network-logs.ts';
export { type ConnectionWatch, LogFeed, type LogRequest, type OpenLog } from './log-feed/read-log.ts';
export { type LogsRequest, readLogs, type WantedLog } from './log-feed/read-logs.ts';
export { reconnectDelay } from './log-feed/reconnect-delay.ts';
export { LiveMerge, mergeByTime } from './log-feed/merge-logs.ts';
