import {
  compile,
  getRegisteredFunctions,
  type JSONValue,
  TreeInterpreter,
} from '@jmespath-community/jmespath';
import { RigError } from '@rig-ops/contract/errors';
import { dialect, findSyntaxError } from './query-position.ts';

/** An expression that was understood. */
export interface Query {
  /** What it selects of a document; null where there is nothing. Throws `invalid_query`. */
  apply(document: object): unknown;
}

/**
 * Reads a JMESPath expression. Throws `invalid_query`, with the place, for one that cannot be understood.
 * @param command As typed, for the hint.
 */
export function compileQuery(expression: string, command?: string): Query {
  const invalid = (why: string, at?: number) => describe(expression, command, why, at);
  const tree = parse(expression, invalid);
  for (const name of functionsOf(tree)) {
    if (!getRegisteredFunctions().includes(name)) {
      throw invalid(`there is no function ${name}().`, expression.indexOf(name));
    }
  }
  return {
    apply(document) {
      try {
        return TreeInterpreter.search(tree, document as JSONValue);
      } catch (error) {
        throw invalid((error as Error).message);
      }
    },
  };
}

function parse(
  expression: string,
  invalid: (why: string, at: number) => RigError,
): ReturnType<typeof compile> {
  try {
    return compile(expression, dialect);
  } catch {
    const { why, at } = findSyntaxError(expression);
    throw invalid(why, at);
  }
}

function functionsOf(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(functionsOf);
  if (typeof tree !== 'object' || tree === null) return [];
  const { type, name } = tree as { type?: unknown; name?: unknown };
  const own = type === 'Function' && typeof name === 'string' ? [name] : [];
  return [...own, ...Object.values(tree).flatMap(functionsOf)];
}

function describe(
  expression: string,
  command: string | undefined,
  why: string,
  at: number | undefined,
): RigError {
  // People count from 1.
  const position = at === undefined ? undefined : Math.max(0, at) + 1;
  const rest = at === undefined ? '' : expression.slice(at, at + 20);
  const near = rest === '' ? '' : ` (${JSON.stringify(rest)})`;
  const place = position === undefined ? '' : ` at character ${position}${near}`;
  return new RigError('invalid_query', `--query goes wrong${place}: ${why}`, {
    ...(command !== undefined && {
      hint: `Run \`rig schema ${command}\` for the fields there are; https://jmespath.org explains expressions.`,
    }),
    details: { expression, ...(position === undefined ? {} : { position }) },
  });
}
