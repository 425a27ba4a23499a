import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RemotePlace, Target } from '../target.ts';

/** Of what an agent and the command line say to each other: another one is another agent. */
const AGENT_PROTOCOL = 1;
/** What `sun_path` holds on every system, less a byte; unix(7). */
const MAX_SOCKET_PATH = 100;

/** A target that has an agent: one that is not on this machine's socket. */
export type RemoteTarget = Target & RemotePlace;

export interface AgentPlace {
  /** Folder of the user's own (0700) with the records of agents, and mostly their sockets. */
  folder: string;
  record: string;
  socket: string;
}

/** What an agent says of itself (0600): who holds the cookie may use it. */
export interface AgentRecord {
  pid: number;
  startTime: string;
  version: string;
  context: string;
  url: string;
  socket: string;
  cookie: string;
  /** RFC 3339. */
  startedAt: string;
}

export const agentFolder = (rigHome: string): string => join(rigHome, 'agents');

/**
 * Where the agent of a target is: one for each version of rig, platform and token, so that an agent never speaks
 * for somebody else than the one who asks, nor another protocol.
 */
export function agentPlace(rigHome: string, version: string, target: RemoteTarget): AgentPlace {
  const { ca, proxy, token, url } = target;
  const identity = JSON.stringify([AGENT_PROTOCOL, version, rigHome, url, ca ?? '', proxy ?? '', token]);
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 24);
  const folder = agentFolder(rigHome);
  return { folder, record: join(folder, `${key}.json`), socket: socketPath(folder, key) };
}

function socketPath(folder: string, key: string): string {
  // Not tried on a machine of its own: pipes have no folder, and are kept to their user by the cookie alone.
  if (process.platform === 'win32') return String.raw`\\.\pipe\rig-agent-${key}`;
  const beside = join(folder, `${key}.sock`);
  if (Buffer.byteLength(beside) <= MAX_SOCKET_PATH) return beside;
  return join('/tmp', `rig-agents-${process.getuid?.() ?? 0}`, `${key}.sock`);
}
