import type { IsolationReport } from '@rig-ops/contract/supervisor';
import type { Isolation, Place } from '../isolation/isolation.ts';
import type { Launcher } from '../isolation/launcher.ts';
import { isAlive } from '../proc/process-identity.ts';
import type { Program } from '../proc/spawn-program.ts';
import type { CgroupHost } from './cgroup-host.ts';
import { JobCgroup } from './job-cgroup.ts';
import { SESSION_MARK } from './marked-processes.ts';
import { ProcessFamilies } from './process-families.ts';
import type { HeldRecord, SessionContainment } from './session-containment.ts';
import { SessionProcesses } from './session-processes.ts';

type SessionHold = IsolationReport['sessions'];

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
  readonly #families = new ProcessFamilies();

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
    const kind = cgroup === null && this.kind === 'cgroup' ? 'processes' : this.kind;
    const held = new SessionProcesses({ kind, mark: record.id, cgroup, families: this.#families });
    if (record.leader !== null) held.begun(record.leader.pid);
    return {
      kind,
      record,
      prepare: async (program) => {
        const env = { ...program.env, [SESSION_MARK]: record.id };
        return await this.#prepare({ ...program, env }, { kind, place, cgroup });
      },
      begun: (leader) => {
        record.leader ??= leader;
        held.begun(leader.pid);
      },
      isEmpty: async () => await held.isEmpty(),
      signal: async (name) => await held.signal(name),
      kill: async () => await held.kill(),
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
