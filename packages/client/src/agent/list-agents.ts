import { request } from 'node:http';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, signalProcess } from '../files/process-identity.ts';
import { agentFolder, type AgentRecord } from './agent-place.ts';
import type { AgentState } from './agent-server.ts';

const ANSWER_MS = 2_000;

/** What everybody may know of an agent. */
type AboutAgent = Omit<AgentRecord, 'cookie' | 'startTime'>;

const withoutSecrets = ({ context, pid, socket, startedAt, url, version }: AgentRecord): AboutAgent => ({
  pid,
  version,
  context,
  url,
  socket,
  startedAt,
});

/** An agent that runs; its state is null when it does not answer. */
export interface RunningAgent extends AboutAgent {
  state: AgentState | null;
}

/** The agents of a user, by context. */
export async function listAgents(rigHome: string): Promise<RunningAgent[]> {
  const records = await readRecords(rigHome);
  const told = await Promise.all(
    records.map(async (record) => ({
      ...withoutSecrets(record),
      state: (await ask(record, 'GET', '/v1/agent').catch(() => null)) as AgentState | null,
    })),
  );
  return told.toSorted(
    (a, b) => a.context.localeCompare(b.context) || a.startedAt.localeCompare(b.startedAt),
  );
}

/**
 * Ends the agents of a user, of a context alone if one is given. Sessions go on: commands that use an agent come
 * back to theirs by another way.
 * @returns those that were ended
 */
export async function stopAgents(rigHome: string, context?: string): Promise<AboutAgent[]> {
  const records = (await readRecords(rigHome)).filter(
    (each) => context === undefined || each.context === context,
  );
  await Promise.all(
    records.map(async (record) => {
      await ask(record, 'POST', '/v1/agent/stop').catch(() => signalProcess(record, 'SIGTERM'));
      await waitForEnd(record);
    }),
  );
  return records.map(withoutSecrets);
}

async function waitForEnd(record: AgentRecord): Promise<void> {
  for (const deadline = performance.now() + ANSWER_MS; performance.now() < deadline; ) {
    if (!(await isAlive(record))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await signalProcess(record, 'SIGKILL');
}

async function readRecords(rigHome: string): Promise<AgentRecord[]> {
  const folder = agentFolder(rigHome);
  const names = await readdir(folder).catch(() => []);
  const found = names
    .filter((name) => name.endsWith('.json'))
    .map(async (name) => {
      try {
        const record = JSON.parse(await readFile(join(folder, name), 'utf8')) as AgentRecord;
        if (await isAlive(record)) return record;
        // It was killed.
        await rm(join(folder, name), { force: true });
      } catch {
        // Being written, or removed.
      }
      return null;
    });
  return (await Promise.all(found)).filter((record) => record !== null);
}

function ask(
  { cookie, socket }: Pick<AgentRecord, 'socket' | 'cookie'>,
  method: string,
  path: string,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${cookie}` };
    const signal = AbortSignal.timeout(ANSWER_MS);
    request({ socketPath: socket, method, path, headers, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode}`));
        else resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      });
    })
      .on('error', reject)
      .end();
  });
}
