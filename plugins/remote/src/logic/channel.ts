import type { RigClient } from '@rig-ops/client';
import type { ChannelStream } from '@rig-ops/contract/channels';

/** The parts of the session protocol this plugin sees; it knows it by the client alone. */
export type Connection = Awaited<ReturnType<RigClient['connect']>>;
export type Channel = ReturnType<Connection['open']>;

/** Repeats contract, whose module loads a schema library; the compiler compares. */
export const streams: Pick<typeof ChannelStream, 'stdin' | 'stdout' | 'stderr'> = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
};
