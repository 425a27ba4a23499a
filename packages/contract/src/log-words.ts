/** Levels a line can be known to have, from the least to the most severe. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Kinds of what writes a line. */
export const logSourceKinds = ['app', 'build', 'platform', 'edge'] as const;
export type LogSourceKind = (typeof logSourceKinds)[number];
