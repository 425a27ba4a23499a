import { compile as compileAs, tokenize as tokenizeAs } from '@jmespath-community/jmespath';

/** Text in backticks without quotes of its own, as in `` `running` ``: what users of aws are used to. */
export const dialect = { enable_legacy_literals: true };

const compile = (text: string) => compileAs(text, dialect);
const tokenize = (text: string) => tokenizeAs(text, dialect);

export interface SyntaxProblem {
  /** Offset in the expression. */
  at: number;
  why: string;
}

/** What is wrong with an expression; undefined when nothing is. */
function complaint(text: string, read: (text: string) => unknown): string | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Where an expression that cannot be parsed goes wrong; the library does not tell. It reads from left to
 * right, so from the offending token on every longer beginning fails in the same way.
 */
export function findSyntaxError(expression: string): SyntaxProblem {
  if (complaint(expression, tokenize) !== undefined) {
    return { at: findBadToken(expression), why: 'this has no end, or is no part of an expression.' };
  }
  const starts = tokenize(expression).map(({ start }) => start);
  const whole = complaint(expression, compile);
  let at = expression.length;
  for (let index = starts.length - 1; index >= 0; index -= 1) {
    const beginning = expression.slice(0, starts[index + 1] ?? expression.length);
    if (complaint(beginning, compile) !== whole) break;
    at = starts[index] ?? at;
  }
  // With one word more it fails elsewhere: all there is was read.
  const unfinished = complaint(`${expression} ]`, compile) !== whole;
  return { at, why: unfinished ? 'something is missing behind it.' : 'this cannot stand here.' };
}

/** The end of the longest beginning that consists of whole tokens. */
function findBadToken(expression: string): number {
  for (let end = expression.length - 1; end > 0; end -= 1) {
    if (complaint(expression.slice(0, end), tokenize) === undefined) return end;
  }
  return 0;
}
