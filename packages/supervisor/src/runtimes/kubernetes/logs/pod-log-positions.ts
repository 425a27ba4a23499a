import { RecordFolder } from '../../../records/record-folder.ts';
import { type PodLogPosition, startOfPodLog } from './pod-log-position.ts';

/** How far the logs of pods were read, by instance: on disk, and in memory. */
export class PodLogPositions {
  readonly #folder: RecordFolder<PodLogPosition>;
  readonly #all: Map<string, PodLogPosition>;

  constructor(folder: string) {
    this.#folder = new RecordFolder(folder);
    this.#all = new Map(this.#folder.load().map(({ id, record }) => [id, record]));
  }

  get(id: string): PodLogPosition {
    return this.#all.get(id) ?? startOfPodLog();
  }

  /** One that cannot be written is made up for by the size of the spool file. */
  set(id: string, position: PodLogPosition): void {
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
