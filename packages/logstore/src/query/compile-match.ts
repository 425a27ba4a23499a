import { RigError } from '@rig-ops/contract/errors';
import type { LogMatch } from '@rig-ops/contract/log-query';
import { anyOf, type ByteFinder, caselessFinder, literalFinder } from './find-literal.ts';

type LineTest = (bytes: Uint8Array) => boolean;

/** What a line must contain, in the form in which it is looked for. */
export interface CompiledMatch {
  /** Leads to every line that can match; null where each one has to be looked at. */
  finder: ByteFinder | null;
  /** Whether a line matches; null where the finder is right about it. */
  test: LineTest | null;
}

const isAscii = (text: string) => Buffer.byteLength(text) === text.length;

/** @throws RigError invalid_input for a regular expression that is none */
export async function compileMatch(match: LogMatch): Promise<CompiledMatch> {
  const { patterns, ignoreCase = false, invert = false } = match;
  const regex = match.regex === true || (ignoreCase && !patterns.every(isAscii));
  if (!regex) {
    const finder = ignoreCase
      ? caselessFinder(patterns)
      : anyOf(patterns.map((pattern) => literalFinder(Buffer.from(pattern))));
    return invert
      ? { finder: null, test: (bytes) => finder.find(asBuffer(bytes), 0) === -1 }
      : { finder, test: null };
  }
  const found = await compileRegex(patterns, match.regex === true, ignoreCase);
  return { finder: null, test: invert ? (bytes) => !found(bytes) : found };
}

/** RE2's matching takes time in proportion to the line, whatever the expression; V8's may take for ever. */
async function compileRegex(
  patterns: readonly string[],
  regex: boolean,
  ignoreCase: boolean,
): Promise<LineTest> {
  const { RE2JS } = await import('re2js');
  const flags = ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
  const compiled = patterns.map((pattern) => {
    try {
      return RE2JS.compile(regex ? pattern : RE2JS.quote(pattern), flags);
    } catch (error) {
      throw new RigError(
        'invalid_input',
        `${JSON.stringify(pattern)} is not a regular expression: ${(error as Error).message}.`,
        {
          hint: 'The syntax is that of RE2: https://github.com/google/re2/wiki/Syntax. Plain text needs no regular expression.',
          cause: error,
        },
      );
    }
  });
  return (bytes) => compiled.some((one) => one.test(bytes));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
