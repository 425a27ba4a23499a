import { once } from 'node:events';
import type { Server } from 'node:http';
import type {
  InstanceReport,
  InstanceSpec,
  JobReport,
  JobSpec,
  ProcessUsage,
} from '@rig-ops/contract/supervisor';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import type {
  KillSessionRequest,
  SessionAttachSpec,
  SessionReport,
  SessionSpec,
} from '@rig-ops/contract/supervisor-sessions';
import { type Channel, Connection, type OpenRequest } from '@rig-ops/wire';
import type { Engine, EngineCapabilities, EngineEvent } from '../engine.ts';
import { serveFakeCopy } from './fake-copy.ts';
import { serveFakeForward } from './fake-forward.ts';
import { type FakeProgram, serveFake, stopServing } from './fake-program.ts';
import { createMemorySockets } from './memory-sockets.ts';
import { FakeSessions } from './fake-sessions.ts';

export interface FakeEngineOptions {
  /** What an instance does; by default `web` serves and everything else waits. */
  program?: (spec: InstanceSpec) => FakeProgram;
  /** Exit code of a build step; 0 by default. May wait, to keep a build running. */
  buildStep?: (job: JobSpec, name: string) => number | Promise<number>;
}

/** First pid it gives out; above any that Linux gives (`/proc/sys/kernel/pid_max` is at most 2^22). */
const FIRST_PID = 2 ** 23;

const defaultProgram = (spec: InstanceSpec): FakeProgram =>
  spec.process === 'web' ? { does: 'serve' } : { does: 'wait' };

/**
 * An engine in memory, for tests: its `web` instances answer HTTP on their PORT, the others only live. What
 * runs outlives {@link close}, as with a real engine; {@link shutDown} ends it.
 */
export class FakeEngine implements Engine {
  readonly name = 'fake';
  readonly version = null;
  readonly capabilities: EngineCapabilities = {
    outlivesControlPlane: true,
    isolated: false,
    networks: { discovery: 'variables', isolated: false },
    users: false,
    usage: true,
    images: false,
    fetchesFiles: false,
    builds: 'machine',
    limits: false,
    logs: 'exactly-once',
    sessions: 'processes',
    forward: 'published',
    copy: true,
  };
  readonly #options: FakeEngineOptions;
  readonly #instances = new Map<string, InstanceReport>();
  readonly #builds = new Map<string, JobReport>();
  readonly #servers = new Map<string, Server>();
  readonly #watchers = new Set<(event: EngineEvent) => void>();
  readonly #connections: Connection[] = [];
  readonly #sessions = new FakeSessions((session) => this.#tell({ type: 'session', session }));
  #pid = FIRST_PID;

  constructor(options: FakeEngineOptions = {}) {
    this.#options = options;
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  problem(): Promise<null> {
    return Promise.resolve(null);
  }

  isolationProblem() {
    return { why: 'the engine is a fake', fix: null };
  }

  forgetNetwork(): Promise<void> {
    return Promise.resolve();
  }

  leadNeighbours(): Promise<void> {
    return Promise.resolve();
  }

  async startInstance(spec: InstanceSpec): Promise<void> {
    if (this.#instances.has(spec.id)) return;
    this.#pid += 1;
    const report: InstanceReport = {
      spec,
      state: 'running',
      pid: this.#pid,
      startTime: String(this.#pid),
      startedAt: new Date().toISOString(),
      endedAt: null,
      exitCode: null,
      signal: null,
      startError: null,
    };
    this.#instances.set(spec.id, report);
    const program = (this.#options.program ?? defaultProgram)(spec);
    if (program.does === 'serve') {
      try {
        this.#servers.set(spec.id, await serveFake(program, spec.env));
      } catch {
        await this.#exit(spec.id, 1, null);
        return;
      }
    }
    if (program.does === 'fail') report.startError = program.error;
    else this.#tellInstance(spec.id);
    if (program.does === 'exit') await this.#exit(spec.id, program.exitCode, null);
    if (program.does === 'fail') await this.#exit(spec.id, null, null);
  }

  async stopInstance(id: string): Promise<void> {
    const report = this.#instances.get(id);
    if (report === undefined || report.state === 'exited') return;
    this.#change(id, { state: 'stopping' });
    await this.#exit(id, 128 + 15, 'SIGTERM');
  }

  async forgetInstance(id: string): Promise<void> {
    await this.#exit(id, 128 + 9, 'SIGKILL');
    this.#instances.delete(id);
  }

  async instances(): Promise<InstanceReport[]> {
    return structuredClone([...this.#instances.values()]);
  }

  async usage(): Promise<ProcessUsage[]> {
    return [...this.#instances.values()]
      .filter((report) => report.state !== 'exited')
      .map((report) => ({ instance: report.spec.id, cpuPercent: 1, memoryBytes: 1024 * 1024 }));
  }

  async runBuild(job: JobSpec): Promise<void> {
    if (this.#builds.has(job.id)) return;
    const steps = job.steps.map(({ name }) => ({
      name,
      status: 'pending' as const,
      exitCode: null,
      durationMs: null,
    }));
    this.#builds.set(job.id, { id: job.id, state: 'running', steps, failure: null, endedAt: null });
    this.#tellBuild(job.id);
    setImmediate(() => void this.#build(job));
  }

  async cancelBuild(id: string): Promise<void> {
    this.#endBuild(id, 'cancelled', 'It was cancelled.');
  }

  async forgetBuild(id: string): Promise<void> {
    this.#builds.delete(id);
  }

  async *watch(signal: AbortSignal): AsyncIterable<EngineEvent> {
    const queue: EngineEvent[] = [
      structuredClone({
        type: 'snapshot',
        instances: [...this.#instances.values()],
        builds: [...this.#builds.values()],
        sessions: this.#sessions.list(),
      }),
    ];
    const woken = new EventTarget();
    const watcher = (event: EngineEvent) => {
      queue.push(structuredClone(event));
      woken.dispatchEvent(new Event('event'));
    };
    this.#watchers.add(watcher);
    try {
      while (!signal.aborted) {
        const event = queue.shift();
        if (event !== undefined) yield event;
        else await once(woken, 'event', { signal }).catch(() => undefined);
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  async openSession(spec: SessionSpec): Promise<Channel> {
    return this.#open('session', spec, (request) => this.#sessions.serve(request));
  }

  async attachSession(spec: SessionAttachSpec): Promise<Channel> {
    return this.#open('session-attach', spec, (request) => this.#sessions.serve(request));
  }

  async sessions(): Promise<SessionReport[]> {
    return structuredClone(this.#sessions.list());
  }

  async killSession(id: string, request: KillSessionRequest): Promise<void> {
    this.#sessions.kill(id, request);
  }

  async forgetSession(id: string): Promise<void> {
    this.#sessions.forget(id);
  }

  async openCopy(spec: CopySpec): Promise<Channel> {
    return this.#open('copy', spec, (request) => void serveFakeCopy(request).catch(() => undefined));
  }

  async openForward(spec: ForwardSpec): Promise<Channel> {
    return this.#open('forward', spec, (request) => void serveFakeForward(request, this.#servers));
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.splice(0).map((connection) => connection.close()));
  }

  /** An instance ends by itself. */
  async crash(id: string, exitCode = 1): Promise<void> {
    await this.#exit(id, exitCode, null);
  }

  /** Everything ends and is forgotten, as when the machine restarts. */
  async shutDown(): Promise<void> {
    await this.close();
    for (const id of this.#instances.keys()) await this.forgetInstance(id);
    this.#builds.clear();
    this.#sessions.clear();
  }

  #open(kind: string, params: object, onOpen: (request: OpenRequest) => void): Channel {
    const [near, far] = createMemorySockets();
    const server = new Connection(far, { role: 'server', keepAliveMs: 0, onOpen });
    const client = new Connection(near, { role: 'client', keepAliveMs: 0 });
    this.#connections.push(server, client);
    return client.open(kind, params);
  }

  async #exit(id: string, exitCode: number | null, signal: string | null): Promise<void> {
    const server = this.#servers.get(id);
    this.#servers.delete(id);
    if (server !== undefined) await stopServing(server);
    const report = this.#instances.get(id);
    if (report === undefined || report.state === 'exited') return;
    this.#change(id, { state: 'exited', exitCode, signal, endedAt: new Date().toISOString() });
  }

  async #build(job: JobSpec): Promise<void> {
    for (const [index, { name }] of job.steps.entries()) {
      this.#setStep(job.id, index, { status: 'running' });
      const exitCode = await (this.#options.buildStep?.(job, name) ?? 0);
      if (this.#builds.get(job.id)?.state !== 'running') return;
      this.#setStep(job.id, index, {
        status: exitCode === 0 ? 'succeeded' : 'failed',
        exitCode,
        durationMs: 1,
      });
      if (exitCode !== 0) {
        this.#endBuild(job.id, 'failed', `The step "${name}" ended with exit code ${exitCode}.`);
        return;
      }
    }
    this.#endBuild(job.id, 'succeeded', null);
  }

  #setStep(id: string, index: number, change: Partial<JobReport['steps'][number]>): void {
    const step = this.#builds.get(id)?.steps[index];
    if (step === undefined) return;
    Object.assign(step, change);
    this.#tellBuild(id);
  }

  #endBuild(id: string, state: JobReport['state'], failure: string | null): void {
    const build = this.#builds.get(id);
    if (build?.state !== 'running') return;
    Object.assign(build, { state, failure, endedAt: new Date().toISOString() });
    this.#tellBuild(id);
  }

  #change(id: string, change: Partial<InstanceReport>): void {
    const report = this.#instances.get(id);
    if (report === undefined) return;
    Object.assign(report, change);
    this.#tellInstance(id);
  }

  #tellInstance(id: string): void {
    const instance = this.#instances.get(id);
    if (instance !== undefined) this.#tell({ type: 'instance', instance });
  }

  #tellBuild(id: string): void {
    const build = this.#builds.get(id);
    if (build !== undefined) this.#tell({ type: 'build', build });
  }

  #tell(event: EngineEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }
}
