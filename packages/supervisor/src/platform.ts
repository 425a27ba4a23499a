import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type {
  InstanceReport,
  InstanceSpec,
  IsolationReport,
  JobReport,
  JobSpec,
  LookAnswer,
  LookRequest,
  ProcessUsage,
  SupervisorConfig,
  SupervisorState,
} from '@rig-ops/contract/supervisor';
import type { OpenRequest } from '@rig-ops/wire';
import { Captures } from './capture/capture.ts';
import { type CgroupHost, openCgroupHost } from './containment/cgroup-host.ts';
import { Containments } from './containment/containments.ts';
import { ChildKeeper } from './children/child-keeper.ts';
import { untilListens } from './children/until-listens.ts';
import { EventHub } from './event-hub.ts';
import type { InstanceRecord } from './instances/instance-record.ts';
import { Instances } from './instances/instances.ts';
import { isContained } from './instances/is-contained.ts';
import type { Isolation } from './isolation/isolation.ts';
import type { Launcher } from './isolation/launcher.ts';
import type { OpenedIsolation } from './isolation/open-isolation.ts';
import { placeOfInstance } from './isolation/place-of-instance.ts';
import { Jobs } from './jobs/jobs.ts';
import type { Log } from './log.ts';
import { keepRotated } from './own-logs/rotate-log.ts';
import { RecordFolder } from './records/record-folder.ts';
import type { Containers, ContainersContext, Pods, Runtime } from './runtimes/containers.ts';
import { joinRuntimes } from './runtimes/join-runtimes.ts';
import { lazyPods } from './runtimes/lazy-pods.ts';
import { Sessions } from './sessions/sessions.ts';
import { Transfers } from './transfers.ts';
import { UsageSampler } from './usage/usage-sampler.ts';

/** What instances get at the end of the platform before they are killed. */
const END_GRACE_MS = 10_000;
const CHILD_GRACE_MS = 5_000;
/** It gives what is under way ten seconds. */
const EDGE_GRACE_MS = 12_000;
/** rigd waits no longer for the edge. */
const EDGE_FIRST_MS = 3_000;

export interface PlatformOptions {
  config: SupervisorConfig;
  layout: PlatformLayout;
  /** RFC 3339. */
  startedAt: string;
  log: Log;
  opened: OpenedIsolation;
  launcher: Launcher | null;
  /** Whether programs can have pid namespaces without a user namespace. */
  nests: boolean;
  /** Null where no Docker daemon is used. */
  openContainers: ((context: ContainersContext) => Containers) | null;
  /** On the first use of a cluster. */
  openPods: (context: ContainersContext) => Promise<Pods>;
}

/** Everything the supervisor holds: rigd, the edge, instances, jobs and sessions. */
export class Platform {
  readonly events = new EventHub();
  readonly sessions: Sessions;
  readonly containments: Containments;
  readonly #startedAt: string;
  readonly #captures: Captures;
  readonly #cgroups: CgroupHost | null;
  readonly #instances: Instances;
  readonly #jobs: Jobs;
  readonly #children: { rigd: ChildKeeper; edge: ChildKeeper };
  readonly #usage = new UsageSampler();
  readonly #isolation: Isolation | null;
  readonly #isolationReport: IsolationReport;
  readonly #docker: Containers | null;
  readonly #pods: Pods;
  /** Both. */
  readonly #containers: Runtime;
  readonly #transfers: Transfers;
  readonly #endRotation: () => void;
  readonly #edgeFirst: boolean;
  readonly #edgeSocket: string;
  #ending = false;

  constructor(options: PlatformOptions) {
    const { config, layout, startedAt, log, opened, launcher, nests, openContainers, openPods } = options;
    const { events } = this;
    this.#edgeFirst = config.isRoot ?? false;
    this.#edgeSocket = layout.edgeSocket;
    const { logs, instances: folders, supervised } = layout;
    const captures = new Captures(layout, log);
    this.#cgroups = config.cgroups === false ? null : openCgroupHost(cgroupName(layout.root));
    const { isolation, why, fix } = opened;
    this.#isolation = isolation;
    this.containments = new Containments({ cgroups: this.#cgroups, isolation, launcher, nests });
    this.#isolationReport = { kind: isolation?.kind ?? 'none', why, fix, sessions: this.containments.kind };
    this.#startedAt = startedAt;
    const ownLogs = ['supervisor', 'rigd', 'edge'].map((name) => join(layout.ownLogs, `${name}.log`));
    this.#endRotation = keepRotated(ownLogs, log);
    this.#captures = captures;
    const records = new RecordFolder<InstanceRecord>(join(supervised, 'instances'));
    const onChange = (instance: InstanceReport) => {
      events.publish({ type: 'instance', instance });
      if (instance.state === 'exited') this.#transfers.instanceEnded(instance.spec.id);
    };
    const ofRuntimes = { captures, records, logs, log, onChange };
    this.#docker = openContainers?.(ofRuntimes) ?? null;
    this.#pods = lazyPods(
      async () => await openPods(ofRuntimes),
      () => existsSync(layout.platformId),
    );
    this.#containers = joinRuntimes({ docker: this.#docker, pods: this.#pods });
    this.#instances = new Instances({
      captures,
      records,
      containers: this.#containers.instances,
      folders,
      enclose: async (program, spec) => {
        if (isolation === null) return program;
        const place = placeOfInstance(layout, spec);
        await isolation.settle(place);
        return isolation.enclose(program, place);
      },
      logs,
      log,
      onChange,
    });
    this.#jobs = new Jobs({
      captures,
      records: new RecordFolder(join(supervised, 'jobs')),
      logs,
      cgroups: this.#cgroups,
      isolation,
      containers: this.#docker?.jobs ?? null,
      log,
      onChange: (job) => events.publish({ type: 'job', job }),
    });
    this.sessions = new Sessions({
      findInstance: (id) => this.#instances.find(id),
      containers: this.#containers.sessions,
      layout,
      containments: this.containments,
      folder: supervised,
      records: new RecordFolder(join(supervised, 'sessions')),
      log,
      onChange: (session) => events.publish({ type: 'session', session }),
    });
    this.#transfers = new Transfers({
      config,
      layout,
      isolation,
      containers: this.#containers.transfers,
      findInstance: (id) => this.#instances.find(id),
    });
    const ofChildren = new RecordFolder<never>(join(supervised, 'children'));
    const keep = (name: 'rigd' | 'edge', adoptable: boolean) =>
      new ChildKeeper({
        name,
        program: programOf(config, layout, name),
        version: config.version,
        adoptable,
        logPath: join(layout.ownLogs, `${name}.log`),
        records: ofChildren,
        log,
        onChange: (child) => events.publish({ type: 'child', name, child }),
      });
    // The edge carries traffic and knows nothing of the supervisor; rigd has a connection to the old one.
    this.#children = { rigd: keep('rigd', false), edge: keep('edge', true) };
  }

  get state(): SupervisorState {
    return {
      pid: process.pid,
      startedAt: this.#startedAt,
      rigd: this.#children.rigd.report,
      edge: this.#children.edge.report,
      instances: this.#instances.list(),
      jobs: this.#jobs.list(),
      sessions: this.sessions.list(),
      containment: {
        orphans: this.#cgroups === null ? 'processes' : 'cgroup',
        memory: this.#cgroups?.holdsMemory === true ? 'cgroup' : 'watch',
      },
      isolation: this.#isolationReport,
      ...(this.#docker === null ? {} : { docker: this.#docker.report }),
      ...(this.#pods.reports.length === 0 ? {} : { clusters: [...this.#pods.reports] }),
    };
  }

  /** The state with what is known now of what it runs on; waits for that a part of a second at most. */
  async look(): Promise<SupervisorState> {
    await this.#docker?.settled();
    return this.state;
  }

  /** Takes on the instances, jobs and sessions that an earlier supervisor has left. */
  async adopt(): Promise<void> {
    await this.#instances.adopt();
    this.#jobs.adopt();
    await this.sessions.adopt();
    await this.#containers.adopted(this.#instances.ids());
  }

  async startChildren(): Promise<void> {
    const { edge, rigd } = this.#children;
    if (!this.#edgeFirst) {
      await Promise.all([rigd.start(), edge.start()]);
      return;
    }
    // It serves what rigd has left to it, and is up long before rigd where both have to share little.
    await edge.start();
    await untilListens(this.#edgeSocket, EDGE_FIRST_MS);
    await rigd.start();
  }

  async usage(): Promise<ProcessUsage[]> {
    const all = this.#instances.list().filter(({ state }) => state !== 'exited');
    const running = all.filter(({ spec }) => !isContained(spec));
    const relayed = this.#isolation?.kind === 'namespaces';
    const [ofProcesses, ofContainers] = await Promise.all([
      this.#usage.sample(
        running.map(({ spec, pid, startedAt }) => ({ instance: spec.id, pid, startedAt, relayed })),
      ),
      this.#containers.usage(all.filter(({ spec }) => isContained(spec))),
    ]);
    return [...ofProcesses, ...ofContainers];
  }

  async putInstance(spec: InstanceSpec): Promise<InstanceReport> {
    this.#refuseWhenEnding();
    return await this.#instances.put(spec);
  }

  async stopInstance(id: string, graceMs: number): Promise<void> {
    await this.#instances.stop(id, graceMs);
  }

  /** Answers an OPEN of rigd by its kind. */
  async open(request: OpenRequest): Promise<void> {
    if (!(await this.#transfers.open(request))) await this.sessions.open(request);
  }

  async forgetInstance(id: string): Promise<void> {
    this.sessions.hangUp(id);
    await this.#transfers.forgetInstance(id);
    await this.#instances.forget(id);
  }

  /** Removes what stands for a network where that is something; nothing is in it any more. */
  async forgetNetwork(network: string, cluster: string | null): Promise<void> {
    await this.#containers.forgetNetwork(network, cluster);
  }

  /** @throws RigError `cluster_…` where it is not so yet */
  async leadNeighbours(app: string, instances: readonly string[]): Promise<void> {
    await this.#pods.leadNeighbours(app, instances);
  }

  async lookAtClusters(request: LookRequest): Promise<LookAnswer> {
    return { clusters: await this.#pods.look(request) };
  }

  putJob(spec: JobSpec): JobReport {
    this.#refuseWhenEnding();
    return this.#jobs.put(spec);
  }

  cancelJob(id: string): void {
    this.#jobs.cancel(id);
  }

  async forgetJob(id: string): Promise<void> {
    await this.#jobs.forget(id);
  }

  /** Ends everything, but for what runs in pods where that is to be left to the next supervisor. */
  async end({ leavePods = false } = {}): Promise<void> {
    this.#ending = true;
    this.#containers.ending();
    // rigd first: it would take the instances that end for crashed ones.
    await this.#children.rigd.stop(CHILD_GRACE_MS);
    await Promise.all([
      this.#instances.endAll(END_GRACE_MS, ({ pod }) => leavePods && pod !== undefined),
      this.#jobs.endAll(),
      this.sessions.endAll(),
      this.#transfers.endAll(),
    ]);
    await this.#children.edge.stop(EDGE_GRACE_MS);
    await this.#containers.close();
    this.#captures.close();
    this.#endRotation();
    this.#cgroups?.close();
  }

  #refuseWhenEnding(): void {
    if (this.#ending) throw new RigError('platform_not_running', 'The platform is being stopped.');
  }
}

/** Told apart from those of other platforms in the same cgroup. */
const cgroupName = (root: string): string =>
  `rig-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;

/**
 * V8 lets what is young grow to 48 MiB before it looks what is still in use. For processes that pass bytes on, and of
 * which every host has both, a few are enough.
 */
const YOUNG_GENERATION = '--max-semi-space-size=2';

function programOf(config: SupervisorConfig, { root }: PlatformLayout, name: 'rigd' | 'edge') {
  const { node, nodeArguments, entries, rigHome, edgeHost, baseEnvironment } = config;
  const argv = [node, YOUNG_GENERATION, ...nodeArguments, entries[name], rigHome];
  if (name === 'edge' && edgeHost !== undefined) argv.push(edgeHost);
  return { argv, cwd: root, env: { ...baseEnvironment } };
}
