import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFileLock } from '../files/file-lock.ts';
import { isAlive } from '../files/process-identity.ts';
import { type AgentPlace, agentPlace, type AgentRecord, type RemoteTarget } from './agent-place.ts';
import { ensurePrivateFolder } from './private-folder.ts';

/** How long nobody has to use an agent before it ends. */
const IDLE_MS = 10 * 60 * 1000;
/** A command goes its own way if none listens by then. */
const START_MS = 3_000;
const LOOK_MS = 10;

/** What an agent is told to be. */
export interface AgentOrder {
  cookie: string;
  idleMs: number;
  place: AgentPlace;
  target: RemoteTarget;
  version: string;
}

/** What it takes to start one. */
export interface AgentOptions {
  rigHome: string;
  version: string;
  /** Path of the program; it is started, never imported. */
  entry: string;
  nodeArguments: readonly string[];
  /** Ten minutes when absent. */
  idleMs?: number;
}

/** The agent of a target that runs; null when there is none. */
export async function findAgent(place: AgentPlace): Promise<AgentRecord | null> {
  try {
    const record = JSON.parse(await readFile(place.record, 'utf8')) as AgentRecord;
    return (await isAlive(record)) ? record : null;
  } catch {
    return null;
  }
}

/**
 * The agent of a target, started when there is none. Of several commands one starts it.
 * @returns null when there is none in time: then a connection of one's own has to do
 */
export async function agentOf(target: RemoteTarget, options: AgentOptions): Promise<AgentRecord | null> {
  const place = agentPlace(options.rigHome, options.version, target);
  const running = await findAgent(place);
  if (running !== null) return running;
  try {
    await ensurePrivateFolder(place.folder);
    return await withFileLock(
      `${place.record}.lock`,
      { patienceMs: START_MS, signal: undefined },
      async () => (await findAgent(place)) ?? (await start(place, target, options)),
    );
  } catch {
    return null;
  }
}

async function start(
  place: AgentPlace,
  target: RemoteTarget,
  options: AgentOptions,
): Promise<AgentRecord | null> {
  const { entry, idleMs = IDLE_MS, nodeArguments, version } = options;
  const child = spawn(process.execPath, [...nodeArguments, entry], {
    cwd: '/',
    detached: true,
    // Authorities beyond the context's own come from the environment.
    env: pick(process.env, ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'PATH', 'SystemRoot']),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new AbortController();
  child.once('error', () => gone.abort()).once('exit', () => gone.abort());
  const order: AgentOrder = { cookie: randomBytes(32).toString('base64url'), idleMs, place, target, version };
  child.stdin.on('error', () => undefined).end(JSON.stringify(order));
  child.unref();
  for (
    const deadline = performance.now() + START_MS;
    performance.now() < deadline && !gone.signal.aborted;
  ) {
    const record = await findAgent(place);
    if (record?.cookie === order.cookie) return record;
    await sleep(LOOK_MS);
  }
  return null;
}

const pick = (env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name)));
