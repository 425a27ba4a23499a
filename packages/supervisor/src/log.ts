/** The supervisor's own log: one JSON object per line on stderr, which whoever starts it keeps in a file. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  /** `error` among the fields is written with its stack. */
  warn(message: string, fields?: Record<string, unknown>): void;
}

export function createLog(stream: { write(text: string): unknown }): Log {
  const write = (level: string, message: string, { error, ...fields }: Record<string, unknown> = {}) => {
    const failure = error instanceof Error ? { failure: error.stack ?? error.message } : {};
    stream.write(
      `${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields, ...failure })}\n`,
    );
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
  };
}
