import type { Clock } from './clock.ts';

type LogFields = Record<string, unknown>;

/** rigd's own log. Never give it a token, an environment value or a request body. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** An `error` among the fields is written with its stack and its causes. */
  error(message: string, fields?: LogFields): void;
}

const describeError = (error: unknown, depth = 0): unknown => {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined || depth >= 3 ? {} : { cause: describeError(cause, depth + 1) }),
  };
};

/** Writes one JSON object per line to `stream`; the supervisor keeps what comes on stderr in `rigd.log`. */
export function createLogger(clock: Clock, stream: { write(text: string): unknown }): Logger {
  const write = (level: string, message: string, fields: LogFields = {}) => {
    const { error, ...rest } = fields;
    const line = {
      at: clock.now().toISOString(),
      level,
      message,
      ...rest,
      ...(error === undefined ? {} : { error: describeError(error) }),
    };
    stream.write(`${JSON.stringify(line)}\n`);
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}
