export { awaitApproval } from './session-link/await-approval.ts';
export type { ByteSink } from './session-link/byte-sink.ts';
export { orAborted } from './session-link/or-aborted.ts';
export { toSessionError } from './session-link/session-error.ts';
export {
  type LinkOutcome,
  type LinkStatus,
  SessionLink,
  type SessionLinkOptions,
} from './session-link/session-link.ts';
export type { SessionEnded } from './session-link/session-messages.ts';
export { sessionStreams } from './session-link/session-streams.ts';
