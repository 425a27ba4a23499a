import { type Fields, fieldOf } from '@rig-ops/contract/log-fields';
import { type Comparison, toNumber, type Where } from './parse-where.ts';

/** What a condition can ask about a line beside its fields, by names that begin with `@`. */
export interface LineFacts {
  readonly '@message': string;
  readonly '@level': string | null;
  readonly '@source': string;
  readonly '@process': string;
  readonly '@instance': string;
  readonly '@release': number;
  readonly '@stream': string;
}

/**
 * Whether a line meets a condition. A comparison with a field that is not there holds for `!=` and `!~`
 * only. Numbers are compared as numbers where both sides are some, everything else as text.
 */
export function meetsWhere(where: Where, fields: Fields | null, facts: LineFacts): boolean {
  if (where.kind === 'and') {
    return meetsWhere(where.left, fields, facts) && meetsWhere(where.right, fields, facts);
  }
  if (where.kind === 'or') {
    return meetsWhere(where.left, fields, facts) || meetsWhere(where.right, fields, facts);
  }
  if (where.kind === 'not') return !meetsWhere(where.inner, fields, facts);
  const value = valueOf(where.field, fields, facts);
  if (where.kind === 'exists') return value !== undefined;
  if (where.kind === 'compare') return compares(value, where);
  const text = textOf(value);
  return (text !== null && where.pattern.matcher(text).find()) !== where.isNegated;
}

function valueOf(name: string, fields: Fields | null, facts: LineFacts): unknown {
  if (name.startsWith('@') && Object.hasOwn(facts, name)) return facts[name as keyof LineFacts] ?? undefined;
  return fields === null ? undefined : fieldOf(fields, name);
}

/** Objects and lists as JSON; null for what is not there. */
function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function compares(value: unknown, where: Extract<Where, { kind: 'compare' }>): boolean {
  const text = textOf(value);
  if (text === null) return where.operator === '!=';
  if (where.number !== null) {
    const number = typeof value === 'number' ? value : toNumber(text);
    if (number !== null) return orders[where.operator](number - where.number);
  }
  return orders[where.operator](text === where.value ? 0 : text < where.value ? -1 : 1);
}

/** By the sign of left minus right. */
const orders: Readonly<Record<Comparison, (sign: number) => boolean>> = {
  '=': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
};
