/**
 * `next`, made of as much of `old` as is the same: an object, list or value that has not changed keeps its
 * identity, so that only what is different is drawn again. Elements with a `name` or an `id` are found by it.
 */
export function reuse<T>(old: unknown, next: T): T {
  if (Object.is(old, next)) return next;
  if (Array.isArray(next)) return (Array.isArray(old) ? reuseList(old, next) : next) as T;
  if (!isObject(next) || !isObject(old)) return next;
  const keys = Object.keys(next);
  let same = keys.length === Object.keys(old).length;
  const made: Record<string, unknown> = {};
  for (const key of keys) {
    const value = reuse(old[key], next[key]);
    made[key] = value;
    if (!Object.is(value, old[key])) same = false;
  }
  return (same ? old : made) as T;
}

function reuseList(old: readonly unknown[], next: readonly unknown[]): unknown {
  // Series of numbers are long and have no names.
  if (typeof next[0] !== 'object')
    return next.length === old.length && next.every((value, index) => Object.is(value, old[index]))
      ? old
      : next;
  const known = new Map(old.map((element, index) => [nameOf(element, index), element]));
  const made = next.map((element, index) => reuse(known.get(nameOf(element, index)), element));
  return made.length === old.length && made.every((element, index) => Object.is(element, old[index]))
    ? old
    : made;
}

function nameOf(element: unknown, index: number): unknown {
  if (!isObject(element)) return index;
  return element.id ?? element.name ?? index;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
