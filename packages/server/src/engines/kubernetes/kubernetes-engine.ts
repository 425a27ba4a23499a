import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type {
  InstanceSpec,
  LeadRequest,
  LookAnswer,
  LookRequest,
  SupervisorState,
} from '@rig-ops/contract/supervisor';
import type { ClusterReport } from '@rig-ops/contract/supervisor-clusters';
import type { ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import {
  type EngineCapabilities,
  type EngineProblem,
  IMAGE_PORT,
  type ImagePlacement,
  type PlaceAsked,
} from '../engine.ts';
import { SupervisedEngine } from '../supervised-engine.ts';
import { platformIdOf } from './platform-id.ts';
import { podOf } from './pod-of.ts';

/** Runs pods on clusters, through rig-supervisor. */
export class KubernetesEngine extends SupervisedEngine {
  readonly name = 'kubernetes';
  readonly capabilities: EngineCapabilities = {
    outlivesControlPlane: true,
    isolated: true,
    networks: { discovery: 'names', isolated: true },
    // A program beside the app runs as the user of the app.
    users: false,
    usage: true,
    images: true,
    fetchesFiles: true,
    builds: 'machine',
    limits: true,
    // A node keeps a bounded part of the output, and that of the run before the last one not at all.
    logs: 'gaps-told',
    sessions: 'processes',
    forward: 'listening',
    copy: true,
  };
  readonly #layout: PlatformLayout;
  #platform: Promise<string> | null = null;
  #clusters: readonly ClusterReport[] = [];

  constructor(layout: PlatformLayout) {
    super(layout);
    this.#layout = layout;
  }

  override get version(): string | null {
    return this.#clusters.find(({ version }) => version !== null)?.version ?? null;
  }

  isolationProblem(): null {
    return null;
  }

  override async problem(at?: PlaceAsked): Promise<EngineProblem | null> {
    if (at === undefined) await this.prepare();
    const reports = at === undefined ? this.#clusters : await this.#look(at);
    const problem = reports.find((cluster) => cluster.problem !== null)?.problem ?? null;
    return problem && { code: problem.code, message: problem.message, fix: problem.hint };
  }

  override async startInstance(spec: InstanceSpec, place?: ImagePlacement): Promise<void> {
    const pod = podOf(required(place), await this.#platformId());
    await super.startInstance({ ...spec, env: insideEnvironment(spec.env, place?.inside), pod });
  }

  override async openSession(spec: SessionSpec, place?: ImagePlacement): Promise<Channel> {
    // Beside an instance the environment is that of the instance.
    if (spec.instance !== null) return await super.openSession(spec);
    const env = insideEnvironment(spec.env, place?.inside);
    const pod = podOf(required(place), await this.#platformId());
    // Nothing is to be reached in it from outside, and nobody finds it.
    return await super.openSession({
      ...spec,
      env,
      pod: { ...pod, port: null, service: false, health: null },
    });
  }

  override async openForward(spec: ForwardSpec): Promise<Channel> {
    const targets = spec.targets.map((target) => (target.own ? { ...target, port: IMAGE_PORT } : target));
    return await super.openForward({ ...spec, targets });
  }

  override async leadNeighbours(app: string, instances: readonly string[]): Promise<void> {
    const body: LeadRequest = { instances: [...instances] };
    await this.supervisor.call('PUT', `/v1/apps/${encodeURIComponent(app)}/neighbours`, body);
  }

  protected learn({ clusters = [] }: SupervisorState): void {
    this.#clusters = clusters;
  }

  async #look({ cluster, now }: PlaceAsked): Promise<readonly ClusterReport[]> {
    const body: LookRequest = { platform: await this.#platformId(), clusters: [cluster], now };
    try {
      const { clusters } = await this.supervisor.call<LookAnswer>('POST', '/v1/clusters/look', body);
      this.#clusters = [...this.#clusters.filter(({ name }) => name !== cluster), ...clusters];
      return clusters;
    } catch (error) {
      // One that cannot be asked is told by others; one of before does not know the question.
      if (!isRigError(error)) throw error;
      return [];
    }
  }

  #platformId(): Promise<string> {
    this.#platform ??= platformIdOf(this.#layout.platformId).catch((error: unknown) => {
      this.#platform = null;
      throw error;
    });
    return this.#platform;
  }
}

/** @throws RigError `image_required` */
function required(place: ImagePlacement | undefined): ImagePlacement {
  if (place !== undefined) return place;
  throw new RigError('image_required', 'This network runs images, and there is none to run.');
}

/** The port of this machine means nothing inside. */
const insideEnvironment = (env: Record<string, string>, port = IMAGE_PORT): Record<string, string> =>
  env['PORT'] === undefined ? env : { ...env, PORT: String(port), HOST: '0.0.0.0' };
