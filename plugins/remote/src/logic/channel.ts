import type { RigClient } from '@rig-ops/client';

/** The parts of the session protocol this plugin sees; it knows it by the client alone. */
export type Connection = Awaited<ReturnType<RigClient['connect']>>;
export type Channel = ReturnType<Connection['open']>;

export { sessionStreams as streams } from '@rig-ops/wire/session-link';
