/**
 * A type of the official client as it is in JSON: that one has times as `Date`, and names that its generator must not
 * use with a line in front (`_from` of a NetworkPolicy), which no API server knows.
 */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends `_${infer Name}` ? Name : Key]: Wire<T[Key]> }
      : T;
