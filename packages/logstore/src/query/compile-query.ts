import { RigError } from '@rig-ops/contract/errors';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogSource } from '@rig-ops/contract/log-record';
import { compileMatch } from './compile-match.ts';
import { compileWhere, type SourcedTest } from './compile-where.ts';
import type { ByteFinder } from './find-literal.ts';
import { levelOf } from './line-level.ts';

/** A query in the form in which lines are selected by it. */
export interface CompiledQuery {
  /** Milliseconds since the epoch: from `since` on and before `until`. */
  since: number;
  until: number;
  takesSource: (source: LogSource) => boolean;
  /** Leads to every line that can match; null where each one has to be looked at. */
  finder: ByteFinder | null;
  /** All of them must hold. */
  tests: readonly SourcedTest[];
  before: number;
  after: number;
}

/** @throws RigError invalid_input for a time or an expression that is none */
export async function compileQuery(query: LogQuery): Promise<CompiledQuery> {
  const { match, levels, where } = query;
  const { finder, test } = match === undefined ? { finder: null, test: null } : await compileMatch(match);
  const tests: SourcedTest[] = [];
  if (levels !== undefined) {
    const wanted = new Set<string | undefined>(levels);
    tests.push((bytes) => wanted.has(levelOf(bytes)));
  }
  if (test !== null) tests.push(test);
  if (where !== undefined) tests.push(await compileWhere(where));
  return {
    since: parseTime(query.since, 'since') ?? 0,
    until: parseTime(query.until, 'until') ?? Number.POSITIVE_INFINITY,
    takesSource: compileSource(query),
    finder,
    tests,
    before: query.before ?? 0,
    after: query.after ?? 0,
  };
}

/** @throws RigError invalid_input for a query that cannot be understood */
export async function checkLogQuery(query: LogQuery | undefined): Promise<void> {
  if (query !== undefined) await compileQuery(query);
}

function compileSource(query: LogQuery): CompiledQuery['takesSource'] {
  const { processes, instances, releases, streams, sources } = query;
  return ({ kind, process, instance, release, stream }) =>
    allows(sources, kind) &&
    allows(processes, process) &&
    allows(instances, instance) &&
    allows(releases, release) &&
    allows(streams, stream);
}

function allows<T>(values: readonly T[] | undefined, value: T): boolean {
  return values === undefined || values.includes(value);
}

function parseTime(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) {
    throw new RigError('invalid_input', `${name} is not a time: ${JSON.stringify(text.slice(0, 100))}.`, {
      hint: 'Times are written as 2026-01-02T03:04:05Z.',
    });
  }
  return at;
}
