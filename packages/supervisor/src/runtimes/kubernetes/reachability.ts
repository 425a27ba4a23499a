import { isRigError, type RigError } from '@rig-ops/contract/errors';
import type { ClusterReport } from '@rig-ops/contract/supervisor-clusters';
import type { Log } from '../../log.ts';

export interface ReachabilityOptions {
  name: string;
  /** @throws RigError `cluster_…` where nothing can be run on it */
  ask: () => Promise<{ version: string; usage: boolean }>;
  log: Log;
  pauses?: Pauses;
}

interface Pauses {
  /** Between two looks at one that is well, in milliseconds. */
  well: number;
  /** At one that is not: longer each time. */
  away: { least: number; most: number };
}

const PAUSES: Pauses = { well: 30_000, away: { least: 1_000, most: 15_000 } };

/** Whether a cluster can be asked: looked at again and again, so that whoever wants to know need not wait. */
export class Reachability {
  readonly #options: ReachabilityOptions;
  readonly #pauses: Pauses;
  #report: ClusterReport;
  #looking: Promise<ClusterReport> | null = null;
  #isKnown = false;
  #timer: NodeJS.Timeout | null = null;
  #pause: number;
  #isClosed = false;

  constructor(options: ReachabilityOptions) {
    this.#options = options;
    this.#pauses = options.pauses ?? PAUSES;
    this.#pause = this.#pauses.away.least;
    this.#report = { name: options.name, version: null, usage: false, problem: null };
  }

  /** As it was found last. */
  get report(): ClusterReport {
    return this.#report;
  }

  /** As it was found last, and as it is found now where nobody has looked yet. */
  async known(): Promise<ClusterReport> {
    return this.#isKnown ? this.#report : await this.look();
  }

  /** As it is now. Does not fail, and takes no longer than it is asked. */
  async look(): Promise<ClusterReport> {
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = null;
      this.#again();
    });
    return await this.#looking;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #ask(): Promise<ClusterReport> {
    const { ask, log, name } = this.#options;
    const before = this.#report.problem;
    try {
      this.#report = { name, ...(await ask()), problem: null };
      this.#pause = this.#pauses.away.least;
      if (before !== null) log.info('a cluster answers again', { cluster: name });
    } catch (error) {
      if (!isRigError(error)) throw error;
      this.#report = { ...this.#report, version: null, problem: problemOf(error) };
      if (before?.message !== error.message) log.info('a cluster cannot be used', { cluster: name, error });
    }
    this.#isKnown = true;
    return this.#report;
  }

  #again(): void {
    if (this.#isClosed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const isWell = this.#report.problem === null;
    this.#timer = setTimeout(() => void this.look(), isWell ? this.#pauses.well : this.#pause).unref();
    if (!isWell) this.#pause = Math.min(this.#pauses.away.most, this.#pause * 2);
  }
}

const problemOf = ({ code, hint, message }: RigError) => ({ code, message, hint });
