import type { TSchema } from 'typebox';

/** Collects schemas that have an `$id`, so that a document defines each once and refers to it by name. */
export class SchemaComponents {
  readonly #schemas = new Map<string, object>();

  /** The schema as it stands in the document: a reference where it has a name, itself otherwise. */
  refer(schema: TSchema): object {
    return this.#convert(schema) as object;
  }

  /** All that were referred to, by name. */
  schemas(): Record<string, object> {
    return Object.fromEntries([...this.#schemas].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }

  #convert(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#convert(item));
    if (typeof value !== 'object' || value === null) return value;
    const { $id, ...rest } = value as { $id?: unknown };
    const converted = () =>
      Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, this.#convert(item)]));
    // A property that is itself called `$id` has a schema, not a name.
    if (typeof $id !== 'string')
      return $id === undefined ? converted() : { $id: this.#convert($id), ...converted() };
    if (!this.#schemas.has($id)) {
      this.#schemas.set($id, {});
      this.#schemas.set($id, converted());
    }
    return { $ref: `#/components/schemas/${$id}` };
  }
}
