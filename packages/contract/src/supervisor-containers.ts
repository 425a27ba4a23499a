/**
 * Containers between rigd and rig-supervisor, which makes them through the Docker daemon of its configuration. What
 * runs in one is reported, logged and reached as any other instance or session.
 */

/** Where the daemon is; a part of `SupervisorConfig`. */
export interface DockerSettings {
  /** As `docker --host` takes it: `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2376`. */
  host: string;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`; null for no TLS. */
  certificates: string | null;
}

/**
 * The program of rig that serves a folder of files, wherever rig shows its own programs in a container or pod: the first
 * word of an argv; those behind it are as `sirv` takes them.
 */
export const SITE_SERVER = '/.rig/serve';

/**
 * What root can be given in a container, and all that it is ever given: to take files, to become somebody else, to end what
 * runs as somebody else, and to listen on low ports. Nothing of it reaches beyond the container.
 */
export const ROOT_CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
] as const;

export type RootCapability = (typeof ROOT_CAPABILITIES)[number];

/** The container that a program runs in. */
export interface ContainerSpec {
  /** Id (`sha256:…`) or name of an image that the daemon has. */
  image: string;
  /** Network of rig that it is in, by its name, and the names it has there; null for its own loopback alone. */
  network: { name: string; aliases: string[] } | null;
  /** Ports that are listened on inside, and where they are reached on 127.0.0.1 of this machine. */
  ports: { inside: number; outside: number }[];
  limits: ContainerLimits;
  /** Whether the files of the image cannot be changed: `/tmp` can. */
  readOnly: boolean;
  /** As `docker run --user` takes it; that of the image when null. */
  user: string | null;
  /** None when absent. */
  capabilities?: RootCapability[];
}

export interface ContainerLimits {
  memoryBytes: number | null;
  /** Of a CPU: 1.5. */
  cpus: number | null;
  processes: number | null;
}

/** How the daemon was found; told with the state of the supervisor. */
export interface DockerReport {
  host: string;
  /** Version of the daemon; null when it does not answer. */
  version: string | null;
  /** Why nothing can be run on it; null when it can. */
  problem: { code?: string; message: string; hint: string } | null;
}
