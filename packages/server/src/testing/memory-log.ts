import { createLogger, type Logger } from '../logger.ts';
import { systemClock } from '../clock.ts';

/** A log to look into. */
export class MemoryLog {
  readonly lines: Record<string, unknown>[] = [];
  readonly logger: Logger = createLogger(systemClock, {
    write: (text) => this.lines.push(JSON.parse(text) as Record<string, unknown>),
  });
}
