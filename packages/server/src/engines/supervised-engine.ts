import { isRigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type {
  InstanceReport,
  InstanceSpec,
  JobSpec,
  ProcessUsage,
  StopRequest,
  SupervisorEvent,
  SupervisorState,
} from '@rig-ops/contract/supervisor';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import type {
  KillSessionRequest,
  SessionAttachSpec,
  SessionReport,
  SessionSpec,
} from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import type { Engine, EngineCapabilities, EngineEvent, PlaceAsked } from './engine.ts';
import { SupervisorConnection } from './process/supervisor-connection.ts';

/** What the supervisor has no more was to go anyway. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isRigError(error) || error.httpStatus !== 404) throw error;
  }
}

/** What the engine tells of an event of the supervisor; null for what is about the platform itself. */
function toEngineEvent(event: SupervisorEvent): EngineEvent | null {
  switch (event.type) {
    case 'snapshot':
      return {
        type: 'snapshot',
        instances: event.state.instances,
        builds: event.state.jobs,
        // One of an older version had none that it told of.
        sessions: event.state.sessions ?? [],
      };
    case 'instance':
    case 'session':
      return event;
    case 'job':
      return { type: 'build', build: event.job };
    case 'child':
      break;
  }
  return null;
}

/** Drives rig-supervisor, which runs everything on its machine: as processes, or through a daemon. */
export abstract class SupervisedEngine implements Engine {
  abstract readonly name: string;
  abstract readonly capabilities: EngineCapabilities;
  protected readonly supervisor: SupervisorConnection;

  constructor(layout: PlatformLayout) {
    this.supervisor = new SupervisorConnection(layout);
  }

  /** Told of its state as often as the supervisor tells it. */
  protected abstract learn(state: SupervisorState): void;

  /** Of what it runs on. */
  get version(): string | null {
    return null;
  }

  abstract isolationProblem(): ReturnType<Engine['isolationProblem']>;

  async prepare(): Promise<void> {
    try {
      this.learn(await this.supervisor.call<SupervisorState>('GET', '/v1/state'));
    } catch (error) {
      if (!isRigError(error)) throw error;
    }
  }

  problem(_at?: PlaceAsked): ReturnType<Engine['problem']> {
    return Promise.resolve(null);
  }

  async startInstance(spec: InstanceSpec): Promise<void> {
    await this.supervisor.call('PUT', `/v1/instances/${encodeURIComponent(spec.id)}`, spec);
  }

  async stopInstance(id: string, graceMs: number): Promise<void> {
    const body: StopRequest = { graceMs };
    await unlessGone(this.supervisor.call('POST', `/v1/instances/${encodeURIComponent(id)}/stop`, body));
  }

  async forgetInstance(id: string): Promise<void> {
    await unlessGone(this.supervisor.call('DELETE', `/v1/instances/${encodeURIComponent(id)}`));
  }

  async instances(): Promise<InstanceReport[]> {
    return (await this.supervisor.call<SupervisorState>('GET', '/v1/state')).instances;
  }

  usage(): Promise<ProcessUsage[]> {
    return this.supervisor.call<ProcessUsage[]>('GET', '/v1/usage');
  }

  async runBuild(job: JobSpec): Promise<void> {
    await this.supervisor.call('PUT', `/v1/jobs/${encodeURIComponent(job.id)}`, job);
  }

  async cancelBuild(id: string): Promise<void> {
    await unlessGone(this.supervisor.call('POST', `/v1/jobs/${encodeURIComponent(id)}/cancel`));
  }

  async forgetBuild(id: string): Promise<void> {
    await unlessGone(this.supervisor.call('DELETE', `/v1/jobs/${encodeURIComponent(id)}`));
  }

  async *watch(signal: AbortSignal): AsyncIterable<EngineEvent> {
    for await (const line of this.supervisor.lines('/v1/watch', signal)) {
      const told = line as SupervisorEvent;
      if (told.type === 'snapshot') this.learn(told.state);
      const event = toEngineEvent(told);
      if (event !== null) yield event;
    }
  }

  async openSession(spec: SessionSpec): Promise<Channel> {
    return (await this.supervisor.sessions()).open('session', spec);
  }

  async attachSession(spec: SessionAttachSpec): Promise<Channel> {
    return (await this.supervisor.sessions()).open('session-attach', spec);
  }

  sessions(): Promise<SessionReport[]> {
    return this.supervisor.call<SessionReport[]>('GET', '/v1/sessions');
  }

  async killSession(id: string, request: KillSessionRequest): Promise<void> {
    await unlessGone(this.supervisor.call('POST', `/v1/sessions/${encodeURIComponent(id)}/kill`, request));
  }

  async forgetSession(id: string): Promise<void> {
    await unlessGone(this.supervisor.call('DELETE', `/v1/sessions/${encodeURIComponent(id)}`));
  }

  openForward(spec: ForwardSpec): Promise<Channel> {
    return this.supervisor.openMany('forward', spec);
  }

  openCopy(spec: CopySpec): Promise<Channel> {
    return this.supervisor.openMany('copy', spec);
  }

  leadNeighbours(_app: string, _instances: readonly string[]): Promise<void> {
    return Promise.resolve();
  }

  async forgetNetwork(network: string, cluster: string | null): Promise<void> {
    const path = `/v1/networks/${encodeURIComponent(network)}`;
    await this.supervisor.call('DELETE', path, cluster === null ? undefined : { cluster });
  }

  close(): Promise<void> {
    return this.supervisor.close();
  }
}
