import { RigError } from '@rig-ops/contract/errors';

/** Which part of a list is asked for. */
export interface PageQuery {
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  nextCursor: string | null;
}

const DEFAULT_LIMIT = 100;

export const limitOf = (query: PageQuery): number => query.limit ?? DEFAULT_LIMIT;

/** A cursor names the last item of a page; opaque to clients, so that what it names may change. */
function encodeCursor(position: string | number): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws RigError `invalid_input` for what {@link encodeCursor} did not make of a value of that type */
export function decodeCursor(cursor: string, type: 'string'): string;
export function decodeCursor(cursor: string, type: 'number'): number;
export function decodeCursor(cursor: string, type: 'string' | 'number'): string | number {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof position === type) return position as string | number;
  } catch {
    // Falls through to the one error for every malformed cursor.
  }
  throw new RigError('invalid_input', 'The cursor is not one that the platform gave out.', {
    hint: 'Give the nextCursor of the page before, or leave it out to begin again.',
  });
}

/** Cuts a page out of rows that were fetched with one more than `limit`. */
export function pageOf<T>(rows: T[], limit: number, positionOf: (row: T) => string | number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  };
}
