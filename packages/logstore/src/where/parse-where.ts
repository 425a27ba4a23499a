import { RE2JS } from 're2js';
import { tokenise, type Token, whereError } from './tokens.ts';

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=';

/** A parsed condition. */
export type Where =
  | { kind: 'and'; left: Where; right: Where }
  | { kind: 'or'; left: Where; right: Where }
  | { kind: 'not'; inner: Where }
  | { kind: 'exists'; field: string }
  | { kind: 'compare'; field: string; operator: Comparison; value: string; number: number | null }
  | { kind: 'matches'; field: string; pattern: RE2JS; isNegated: boolean };

/** Longer conditions were not written by a person; in characters. */
const MAX_LENGTH = 4096;
/** Parentheses and `not` within one another. */
const MAX_DEPTH = 64;

/**
 * Parses a condition on the fields of a line: comparisons (`=`, `!=`, `<`, `<=`, `>`, `>=`), regular
 * expressions (`~`, `!~`; RE2 syntax, which cannot run away), a field alone (it is there), joined by
 * `and`, `or`, `not` and parentheses.
 *
 * @throws RigError `invalid_input` with `details.position`, characters from 1
 */
export function parseWhere(text: string): Where {
  if (text.length > MAX_LENGTH) throw whereError(MAX_LENGTH, `it is longer than ${MAX_LENGTH} characters`);
  const parser = new Parser(tokenise(text));
  return parser.parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Where {
    const where = this.#or();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw whereError(rest.at, `"and" or "or" is missing in front of ${named(rest)}`);
    return where;
  }

  #peek(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#index += 1;
    return token;
  }

  #takesWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#index += 1;
    return true;
  }

  #or(): Where {
    let left = this.#and();
    while (this.#takesWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Where {
    let left = this.#not();
    while (this.#takesWord('and')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Where {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw whereError(this.#peek().at, 'it is nested too deeply');
    const where = this.#takesWord('not') ? { kind: 'not' as const, inner: this.#not() } : this.#term();
    this.#depth -= 1;
    return where;
  }

  #term(): Where {
    const token = this.#take();
    if (token.kind === '(') {
      const inner = this.#or();
      const close = this.#take();
      if (close.kind !== ')') throw whereError(close.at, 'a closing parenthesis is missing');
      return inner;
    }
    if (token.kind !== 'word' && token.kind !== 'text') {
      throw whereError(token.at, `the name of a field is missing in front of ${named(token)}`);
    }
    if (token.kind === 'word' && /^(and|or)$/i.test(token.text)) {
      throw whereError(token.at, `the name of a field is missing in front of ${named(token)}`);
    }
    return this.#comparison(token.text);
  }

  #comparison(field: string): Where {
    if (this.#peek().kind !== 'operator') return { kind: 'exists', field };
    const operator = this.#take().text;
    const value = this.#take();
    if (value.kind !== 'word' && value.kind !== 'text') {
      throw whereError(value.at, `a value is missing behind ${operator}`);
    }
    if (operator === '~' || operator === '!~') {
      return { kind: 'matches', field, pattern: compile(value), isNegated: operator === '!~' };
    }
    const isQuoted = value.kind === 'text';
    return {
      kind: 'compare',
      field,
      operator: operator === '==' ? '=' : (operator as Comparison),
      value: value.text,
      number: isQuoted ? null : toNumber(value.text),
    };
  }
}

function compile({ text, at }: Token): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    throw whereError(at, `the regular expression is wrong: ${(error as Error).message}`);
  }
}

/** A number as it is written in logs and conditions; null for every other text. */
export function toNumber(text: string): number | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

const named = ({ kind, text }: Token): string => (kind === 'end' ? 'the end' : JSON.stringify(text));
