import { createHash } from 'node:crypto';
import type { Row } from './read-rows.ts';

const MODULUS = 2n ** 256n;

/** Tells whether two tables hold the same rows, to the bit, in whatever order they are read. */
export class RowDigest {
  rows = 0;
  #sum = 0n;

  add(row: Row, columns: readonly string[]): void {
    const hash = createHash('sha256');
    for (const column of columns) {
      const value = row[column];
      if (value === null || value === undefined) hash.update('n;');
      else if (value instanceof Uint8Array) hash.update(`b${value.length};`).update(value);
      else {
        const text = JSON.stringify(value);
        hash.update(`${text.length};${text}`);
      }
    }
    this.rows += 1;
    this.#sum = (this.#sum + BigInt(`0x${hash.digest('hex')}`)) % MODULUS;
  }

  equals(other: RowDigest): boolean {
    return this.rows === other.rows && this.#sum === other.#sum;
  }
}
