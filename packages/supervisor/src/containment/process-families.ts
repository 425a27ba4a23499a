import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessRow } from '../proc/process-table.ts';
import { MarkedProcesses } from './marked-processes.ts';

/** What a family is known by beside its mark. */
export interface FamilyClue {
  /** Mark in the environment. */
  mark: string;
  /** Process group; 0 for none. */
  group: number;
  /** Others that are known to be of it. */
  pids: readonly number[];
}

/** Several who ask at the same time get one look; the next one follows after this at the soonest. */
const BETWEEN_LOOKS_MS = 20;

/** Finds the processes of sessions: by group, by mark, and whatever descends from those. */
export class ProcessFamilies {
  readonly #marked = new MarkedProcesses();
  #looking: Promise<{ row: ProcessRow; mark: string | null }[]> | null = null;
  #lastLookAt = Number.NEGATIVE_INFINITY;

  async members({ mark, group, pids: known }: FamilyClue): Promise<ProcessRow[]> {
    const all = await this.#look();
    const pids = new Set<number>();
    const members: ProcessRow[] = [];
    let rest = all.filter((each) => {
      const { row } = each;
      const belongs = each.mark === mark || (group > 1 && row.group === group) || known.includes(row.pid);
      if (belongs) add(each.row);
      return !belongs;
    });
    for (;;) {
      const strangers = rest.filter(({ row }) => {
        if (!pids.has(row.parent)) return true;
        add(row);
        return false;
      });
      if (strangers.length === rest.length) return members;
      rest = strangers;
    }

    function add(row: ProcessRow): void {
      pids.add(row.pid);
      members.push(row);
    }
  }

  /** A look that began after this call. */
  async #look(): Promise<{ row: ProcessRow; mark: string | null }[]> {
    if (this.#looking === null) {
      const pause = this.#lastLookAt + BETWEEN_LOOKS_MS - performance.now();
      this.#looking = (async () => {
        // At least one turn, so that who asks in this one is served as well.
        await sleep(Math.max(pause, 0));
        this.#looking = null;
        this.#lastLookAt = performance.now();
        return await this.#marked.look();
      })();
    }
    return await this.#looking;
  }
}
