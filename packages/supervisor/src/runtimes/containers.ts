import type { InstanceReport, LookRequest, ProcessUsage } from '@rig-ops/contract/supervisor';
import type { ClusterReport } from '@rig-ops/contract/supervisor-clusters';
import type { DockerReport } from '@rig-ops/contract/supervisor-containers';
import type { OpenRequest } from '@rig-ops/wire';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { JobsInContainers } from '../jobs/job-place.ts';
import type { InstanceContext } from '../instances/instance.ts';
import type { ContainerStarter } from '../instances/instances.ts';
import type { StartFailure } from '../proc/spawn-program.ts';
import type { SessionProgram } from '../sessions/program.ts';
import type { SessionsInContainers } from '../sessions/sessions.ts';

export type ContainersContext = Pick<InstanceContext, 'captures' | 'records' | 'logs' | 'log' | 'onChange'>;

/** A port of an instance in a container that is looked for. */
export interface ContainerPort {
  report: InstanceReport;
  port: number;
}

/** What goes to and from containers beside sessions. */
export interface ContainerTransfers {
  /** Answers an OPEN of `forward`; whatever goes wrong refuses it. */
  forward(request: OpenRequest, targets: readonly ContainerPort[], check: boolean): Promise<void>;
  /** An instance has ended. */
  instanceEnded(instance: string): void;
  /** Starts the program that copies. @throws RigError `docker_…`, `cluster_…` */
  copy(report: InstanceReport, spec: CopySpec): Promise<SessionProgram | StartFailure>;
}

/** A place where instances and sessions run that are no programs of this machine. */
export interface Runtime {
  readonly instances: ContainerStarter;
  readonly sessions: SessionsInContainers;
  readonly transfers: ContainerTransfers;
  /** Everything of an earlier supervisor that is kept is known: what else there is was left behind. */
  adopted(instances: readonly string[]): Promise<void>;
  usage(running: readonly InstanceReport[]): Promise<ProcessUsage[]>;
  /**
   * @param cluster where it was on one; a network of an older version of rigd may be on any
   * @throws RigError `docker_…`, `cluster_…` where what it was on cannot be asked
   */
  forgetNetwork(network: string, cluster: string | null): Promise<void>;
  /** The platform is being stopped: what does not answer is not waited for. */
  ending(): void;
  close(): Promise<void>;
}

/** Containers of a daemon, as the supervisor uses them. */
export interface Containers extends Runtime {
  readonly report: DockerReport;
  /** The report is of now, or tells that the daemon does not answer. Waits a part of a second at most. */
  settled(): Promise<void>;
  readonly jobs: JobsInContainers;
}

/** Pods of clusters, as the supervisor uses them. */
export interface Pods extends Runtime {
  /** Of those that something runs on, or did. */
  readonly reports: readonly ClusterReport[];
  /** How clusters are; opens those that were not used yet. */
  look(request: LookRequest): Promise<ClusterReport[]>;
  /** Has the Service of an app lead to these of its instances. @throws RigError `cluster_…` where it does not yet */
  leadNeighbours(app: string, instances: readonly string[]): Promise<void>;
}
