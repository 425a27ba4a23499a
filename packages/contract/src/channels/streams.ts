/** Streams of a channel. Record channels send NDJSON on `records`; a terminal has `stdin` and `stdout` alone. */
export const ChannelStream = { stdin: 0, stdout: 1, stderr: 2, records: 3 } as const;
export type ChannelStream = (typeof ChannelStream)[keyof typeof ChannelStream];
