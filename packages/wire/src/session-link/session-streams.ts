import type { ChannelStream } from '@rig-ops/contract/channels';

/** Repeats contract, whose module loads a schema library; the compiler compares. */
export const sessionStreams: Pick<typeof ChannelStream, 'stdin' | 'stdout' | 'stderr'> = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
};
