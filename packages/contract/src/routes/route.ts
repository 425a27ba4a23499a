import Type, { type TSchema } from 'typebox';
import type { Access } from '../access.ts';

/** One route of the API. The server registers from this table, the client is typed by it, the OpenAPI document is made of it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` parameters. */
  readonly path: string;
  readonly summary: string;
  /** What it takes; checked before the handler is called. A row of `docs/access.md` says the same. */
  readonly access: Access;
  /** The audit action of a route that changes something; null for those that only read. */
  readonly audit: string | null;
  readonly query?: TSchema;
  /** `binary` is an `application/octet-stream` body. */
  readonly body?: TSchema | 'binary';
  /** Media type of an answer that is a text, not JSON. */
  readonly text?: string;
  /** `binary` is an `application/octet-stream` body. */
  readonly response: TSchema | 'binary';
  readonly status: 200 | 201 | 202;
}

const page = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'At most so many; 100 when absent.' }),
  ),
  cursor: Type.Optional(Type.String({ description: 'The `nextCursor` of the page before.' })),
};
export const PageQuery = Type.Object(page);
export const listOf = <K extends string, T extends TSchema>(key: K, schema: T) =>
  Type.Object({
    [key]: Type.Array(schema),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `cursor` for the next page; null on the last.',
    }),
  } as { [P in K]: Type.TArray<T> } & { nextCursor: Type.TUnion<[Type.TString, Type.TNull]> });
export const Done = Type.Object({ done: Type.Literal(true) });
