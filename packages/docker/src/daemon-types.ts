/** What rig reads of the answers of a daemon, and what it sends; named as in the Engine API. */

export interface DaemonVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly Os: string;
  readonly Arch: string;
  readonly Components?: readonly { Name: string; Version: string }[];
}

export interface DaemonInfo {
  readonly ID: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Driver: string;
  readonly DockerRootDir: string;
  readonly LoggingDriver: string;
  readonly CgroupVersion?: string;
  readonly InitBinary?: string;
  readonly LiveRestoreEnabled?: boolean;
  readonly SecurityOptions?: readonly string[] | null;
  readonly MemoryLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
}

export type Labels = Readonly<Record<string, string>>;

export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Labels;
}

export interface ContainerState {
  readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly Running: boolean;
  readonly OOMKilled: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  /** Why it was not started; empty otherwise. */
  readonly Error: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
}

export interface ContainerDetails {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly State: ContainerState;
  readonly Config: {
    readonly Labels: Labels | null;
    readonly Tty: boolean;
    readonly WorkingDir: string;
    readonly User: string;
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<string, { IPAddress: string; NetworkID: string; Gateway?: string }>
    > | null;
  };
}

export interface MountPoint {
  Type: 'bind' | 'volume' | 'tmpfs';
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
}

/** Body of `POST /containers/create`. */
export interface ContainerCreate {
  Image: string;
  Cmd?: string[];
  Entrypoint?: string[];
  Env?: string[];
  User?: string;
  WorkingDir?: string;
  Hostname?: string;
  Labels: Labels;
  Tty?: boolean;
  OpenStdin?: boolean;
  StdinOnce?: boolean;
  AttachStdin?: boolean;
  AttachStdout?: boolean;
  AttachStderr?: boolean;
  StopSignal?: string;
  ExposedPorts?: Record<string, object>;
  Healthcheck?: { Test: string[] };
  HostConfig?: {
    NetworkMode?: string;
    PortBindings?: Record<string, { HostIp: string; HostPort: string }[]>;
    RestartPolicy?: { Name: 'no' };
    AutoRemove?: boolean;
    Init?: boolean;
    ReadonlyRootfs?: boolean;
    Tmpfs?: Record<string, string>;
    Mounts?: MountPoint[];
    CapDrop?: string[];
    CapAdd?: string[];
    SecurityOpt?: string[];
    Memory?: number;
    MemorySwap?: number;
    NanoCpus?: number;
    PidsLimit?: number;
    LogConfig?: { Type: string; Config: Record<string, string> };
    ExtraHosts?: string[];
    OomScoreAdj?: number;
  };
  NetworkingConfig?: { EndpointsConfig: Record<string, { Aliases?: string[] }> };
}

/** Body of `POST /containers/:id/exec`. */
export interface ExecCreate {
  Cmd: string[];
  Env?: string[];
  User?: string;
  WorkingDir?: string;
  Tty?: boolean;
  /** Rows and columns; from API 1.42 on. */
  ConsoleSize?: readonly [number, number];
  AttachStdin?: boolean;
  AttachStdout?: boolean;
  AttachStderr?: boolean;
  Privileged?: boolean;
}

export interface ExecDetails {
  readonly ID: string;
  readonly Running: boolean;
  readonly ExitCode: number | null;
  readonly Pid: number;
}

export interface ContainerStats {
  readonly read: string;
  readonly cpu_stats: { cpu_usage: { total_usage: number } };
  readonly memory_stats: { usage?: number; stats?: Record<string, number> };
}

export interface ImageDetails {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Size: number;
  readonly Architecture: string;
  readonly Os: string;
  readonly Created: string;
  readonly Config: {
    readonly Env?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly User?: string;
    readonly ExposedPorts?: Readonly<Record<string, object>> | null;
    readonly Labels?: Labels | null;
    readonly StopSignal?: string;
  };
}

export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly Labels: Labels | null;
  readonly Size: number;
  readonly Created: number;
}

export interface NetworkDetails {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Internal: boolean;
  readonly Labels: Labels | null;
  readonly Containers?: Readonly<Record<string, { Name: string; IPv4Address: string }>> | null;
}

export interface DockerEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Labels };
  readonly timeNano: number;
}
