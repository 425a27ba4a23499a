import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './write-file-atomic.ts';

/** One small JSON file per thing that must outlive this process. */
export class RecordFolder<T extends object> {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  save(id: string, record: T): void {
    writeFileAtomic(this.#path(id), JSON.stringify(record));
  }

  remove(id: string): void {
    rmSync(this.#path(id), { force: true });
  }

  /** Every record; one that cannot be parsed was never whole and is left out. */
  load(): { id: string; record: T }[] {
    const names = readdirSync(this.#dir).filter((name) => name.endsWith('.json'));
    return names.flatMap((name) => {
      try {
        const record = JSON.parse(readFileSync(join(this.#dir, name), 'utf8')) as T;
        return [{ id: name.slice(0, -'.json'.length), record }];
      } catch {
        return [];
      }
    });
  }

  #path(id: string): string {
    return join(this.#dir, `${id}.json`);
  }
}
