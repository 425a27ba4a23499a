import { RigError } from '@rig-ops/contract/errors';

export type Token =
  | { kind: 'word' | 'text' | 'operator'; text: string; at: number }
  | { kind: '(' | ')' | 'end'; text: string; at: number };

const SPACE = /\s*/y;
const OPERATOR = /!=|!~|>=|<=|==|=|~|>|</y;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y;
const WORD = /[^\s()"'=~<>!]+/y;
/** Behind an operator a word may hold what operators are made of, as in `path~/a=b`. */
const VALUE = /[^\s()"'=~<>!][^\s()]*/y;

/** @throws RigError `invalid_input` where no token begins; `details.position` counts characters from 1 */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = skip(text, 0);
  while (at < text.length) {
    const token = next(text, at, tokens.at(-1)?.kind === 'operator');
    tokens.push(token.token);
    at = skip(text, token.end);
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function next(text: string, at: number, isValue: boolean): { token: Token; end: number } {
  const char = text[at] ?? '';
  if (char === '(' || char === ')') return { token: { kind: char, text: char, at }, end: at + 1 };
  const quoted = match(TEXT, text, at);
  if (quoted !== null) {
    const content = quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1');
    return { token: { kind: 'text', text: content, at }, end: at + quoted.length };
  }
  if (char === '"' || char === "'") throw whereError(at, `the quotation mark ${char} is never closed`);
  const operator = isValue ? null : match(OPERATOR, text, at);
  if (operator !== null)
    return { token: { kind: 'operator', text: operator, at }, end: at + operator.length };
  const word = match(isValue ? VALUE : WORD, text, at);
  if (word === null) throw whereError(at, `${JSON.stringify(char)} cannot stand here`);
  return { token: { kind: 'word', text: word, at }, end: at + word.length };
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

const skip = (text: string, at: number): number => at + (match(SPACE, text, at)?.length ?? 0);

/** What is wrong with a condition, and where. */
export function whereError(at: number, problem: string): RigError {
  return new RigError('invalid_input', `The condition is not one: at character ${at + 1} ${problem}.`, {
    hint: 'Conditions look like: status>=500 and path~/api. See docs/logs.md for all of them.',
    details: { position: at + 1 },
  });
}
