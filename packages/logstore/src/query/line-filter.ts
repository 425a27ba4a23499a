import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogSource } from '@rig-ops/contract/log-record';
import { compileQuery } from './compile-query.ts';

export interface FilteredLine {
  /** Milliseconds since the epoch. */
  at: number;
  source: LogSource;
  bytes: Buffer;
}

/**
 * A query as a test of single lines, for what is not kept in a log store. It knows no lines around others:
 * `before` and `after` are left out.
 * @throws RigError `invalid_input` for a query that cannot be understood
 */
export async function compileLineFilter(query: LogQuery): Promise<(line: FilteredLine) => boolean> {
  const { since, until, takesSource, finder, tests } = await compileQuery(query);
  return ({ at, source, bytes }) =>
    at >= since &&
    at < until &&
    takesSource(source) &&
    (finder === null || finder.find(bytes, 0) !== -1) &&
    tests.every((test) => test(bytes, source));
}
