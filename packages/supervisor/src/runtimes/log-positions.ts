import { RecordFolder } from '../records/record-folder.ts';

/** How far logs were read, by instance: on disk, and in memory. */
export class LogPositions<Position extends object> {
  readonly #folder: RecordFolder<Position>;
  readonly #all: Map<string, Position>;

  constructor(folder: string) {
    this.#folder = new RecordFolder(folder);
    this.#all = new Map(this.#folder.load().map(({ id, record }) => [id, record]));
  }

  get(id: string): Position | undefined {
    return this.#all.get(id);
  }

  /** One that cannot be written is made up for by the size of the spool files. */
  set(id: string, position: Position): void {
    this.#all.set(id, position);
    try {
      this.#folder.save(id, position);
    } catch {
      // Tried again with the next one.
    }
  }

  remove(id: string): void {
    this.#all.delete(id);
    this.#folder.remove(id);
  }

  /** Of instances that there are not any more. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#all.keys()) if (!ids.has(id)) this.remove(id);
  }
}
