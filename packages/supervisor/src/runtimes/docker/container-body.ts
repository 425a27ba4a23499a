import type { ContainerSpec } from '@rig-ops/contract/supervisor-containers';
import type { ContainerCreate, Labels } from '@rig-ops/docker';

/** What is printed waits in the daemon's own files until it is read; so much of it is kept. */
const LOG_CONFIG = { 'max-size': '64m', 'max-file': '2' };
/** Ports are reached from this machine alone: what others may reach is the matter of the edge. */
const LOOPBACK = '127.0.0.1';
/** Of temporary files in memory; as much as the container may take where that is limited. */
const TMP_OPTIONS = 'rw,nosuid,nodev,exec,mode=1777';
const COVER_OPTIONS = 'rw,nosuid,nodev,mode=755';
const MIN_PROCESSES = 16;

export interface BodyInput {
  spec: ContainerSpec;
  argv: readonly string[];
  /** Empty for that of the image. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  labels: Labels;
  hostname: string;
  /** Name that the daemon has given to the network; null for none. */
  network: string | null;
  /** What of this machine is shown where, to be read: rig's own programs. */
  shown: readonly { source: string; target: string }[];
  /** Folders of this machine beside those. */
  mounts: readonly { source: string; target: string; readOnly: boolean }[];
  /** Folders that are empty in it, whatever its image has there; all may enter them. */
  covered: readonly string[];
  /** Whether it is removed when it has ended. */
  autoRemove: boolean;
}

/** A container with as few rights as will do: no capabilities but those that are asked for, no new privileges, limits, and a reaper as its first process. */
export function containerBody(input: BodyInput): ContainerCreate {
  const { spec, argv, cwd, env, labels, hostname, network, shown, mounts, covered, autoRemove } = input;
  const { memoryBytes, cpus, processes } = spec.limits;
  const { capabilities = [] } = spec;
  const published = network === null ? [] : spec.ports;
  return {
    Image: spec.image,
    // Both: the entry point and the command of the image are another program's.
    Entrypoint: [...argv],
    Cmd: [],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Hostname: hostname,
    Labels: labels,
    ...(cwd === '' ? {} : { WorkingDir: cwd }),
    ...(spec.user === null ? {} : { User: spec.user }),
    // Health is asked for by rig, in the words of its release.
    Healthcheck: { Test: ['NONE'] },
    ExposedPorts: Object.fromEntries(published.map(({ inside }) => [`${inside}/tcp`, {}])),
    HostConfig: {
      NetworkMode: network ?? 'none',
      PortBindings: Object.fromEntries(
        published.map(({ inside, outside }) => [
          `${inside}/tcp`,
          [{ HostIp: LOOPBACK, HostPort: String(outside) }],
        ]),
      ),
      // One owner: rig starts again what ended.
      RestartPolicy: { Name: 'no' },
      Init: true,
      ReadonlyRootfs: spec.readOnly,
      Tmpfs: {
        ...(spec.readOnly ? { '/tmp': TMP_OPTIONS, '/run': TMP_OPTIONS } : {}),
        ...Object.fromEntries(covered.map((path) => [path, COVER_OPTIONS])),
      },
      Mounts: [...shown.map((each) => ({ ...each, readOnly: true })), ...mounts].map(
        ({ source, target, readOnly }) => ({
          Type: 'bind' as const,
          Source: source,
          Target: target,
          ReadOnly: readOnly,
        }),
      ),
      ...(autoRemove ? { AutoRemove: true } : {}),
      CapDrop: ['ALL'],
      ...(capabilities.length === 0 ? {} : { CapAdd: [...capabilities] }),
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'json-file', Config: LOG_CONFIG },
      ...(memoryBytes === null ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
      ...(cpus === null ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
      ...(processes === null ? {} : { PidsLimit: Math.max(MIN_PROCESSES, processes) }),
    },
    ...(network === null || spec.network === null
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: spec.network.aliases } } } }),
  };
}
