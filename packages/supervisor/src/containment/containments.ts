import type { IsolationReport } from '@rig-ops/contract/supervisor';
import type { Isolation, Place } from '../isolation/isolation.ts';
import type { Launcher } from '../isolation/launcher.ts';
import { isAlive, type ProcessIdentity } from '../proc/process-identity.ts';
import type { ProcessRow } from '../proc/process-table.ts';
import type { Program } from '../proc/spawn-program.ts';
import type { CgroupHost } from './cgroup-host.ts';
import { JobCgroup } from './job-cgroup.ts';
import { ProcessFamily } from './process-family.ts';

/** The variable of the environment that marks what belongs to a session. */
const SESSION_MARK = 'RIG_SESSION';

type SessionHold = IsolationReport['sessions'];

/** What is kept on disk of a session, to find its processes again. */
interface HeldRecord {
  id: string;
  /** Folder of its cgroup; null where it has none. */
  cgroup: string | null;
  /** Its first process; null before it is known. */
  leader: ProcessIdentity | null;
}

/** Everything that a session starts, so that all of it can be ended. */
interface SessionContainment {
  /** `processes` is the one that a program can leave: by group, descent and its mark in the environment. */
  readonly kind: SessionHold;
  readonly record: HeldRecord;
  /** The program to start in place of the given one: it enters its place and becomes it. May be asked for several. */
  prepare(program: Program): Promise<Program>;
  /** To be told of each program that was started. */
  begun(leader: ProcessIdentity): void;
  /** Those that run now, what holds them included. */
  members(): Promise<ProcessRow[]>;
  /** Ends all of them by force, and resolves when none runs. */
  kill(): Promise<void>;
  /** Lets go of it, once nothing of it runs. */
  close(): void;
}

interface ContainmentsOptions {
  cgroups: CgroupHost | null;
  isolation: Isolation | null;
  launcher: Launcher | null;
  /** Whether programs can have pid namespaces without a user namespace. */
  nests: boolean;
}

/** Holds sessions as well as this machine can. */
export class Containments {
  readonly #options: ContainmentsOptions;

  constructor(options: ContainmentsOptions) {
    this.#options = options;
  }

  /** What sessions will be held by. */
  get kind(): SessionHold {
    const { cgroups, isolation, nests } = this.#options;
    if (cgroups !== null) return 'cgroup';
    return nests || isolation?.kind === 'namespaces' ? 'pid-namespace' : 'processes';
  }

  /** @param place what its programs may use; null for all that the platform may */
  open(id: string, place: Place | null): SessionContainment {
    const { cgroups } = this.#options;
    const cgroup = cgroups === null ? null : JobCgroup.make(cgroups, id, undefined);
    return this.#make({ id, cgroup: cgroup?.folder ?? null, leader: null }, place);
  }

  /** Finds again what a supervisor that was killed has left of a session. */
  async adopt(record: HeldRecord): Promise<SessionContainment> {
    const { leader } = record;
    const alive = leader !== null && (await isAlive(leader));
    return this.#make({ ...record, leader: alive ? leader : null }, null);
  }

  #make(record: HeldRecord, place: Place | null): SessionContainment {
    const cgroup = record.cgroup === null ? null : new JobCgroup(record.cgroup);
    const mark = `${SESSION_MARK}=${record.id}`;
    const family = new ProcessFamily({ mark, folders: [], files: () => [], cgroup });
    if (record.leader !== null) family.addGroup(record.leader.pid);
    const kind = cgroup === null && this.kind === 'cgroup' ? 'processes' : this.kind;
    return {
      kind,
      record,
      prepare: async (program) => {
        const env = { ...program.env, [SESSION_MARK]: record.id };
        return await this.#prepare({ ...program, env }, { kind, place, cgroup });
      },
      begun: (leader) => {
        record.leader ??= leader;
        family.addGroup(leader.pid);
      },
      members: async () => await family.members(),
      kill: async () => await family.kill(),
      close: () => cgroup?.remove(),
    };
  }

  async #prepare(
    program: Program,
    { kind, place, cgroup }: { kind: SessionHold; place: Place | null; cgroup: JobCgroup | null },
  ): Promise<Program> {
    const { isolation, launcher } = this.#options;
    const entered = cgroup?.words ?? [];
    if (isolation !== null && place !== null) {
      await isolation.settle(place);
      const nested =
        kind === 'pid-namespace' && isolation.kind === 'users'
          ? ['namespaces', 'mount,ipc,pid', 'proc', 'own']
          : [];
      return isolation.enclose(program, place, [...entered, ...nested]);
    }
    if (kind === 'pid-namespace' && launcher !== null)
      return launcher.launch(program, ['namespaces', 'mount,pid', 'proc', 'own']);
    if (cgroup === null) return program;
    return launcher === null
      ? { ...program, argv: cgroup.enter(program.argv) }
      : launcher.launch(program, entered);
  }
}
