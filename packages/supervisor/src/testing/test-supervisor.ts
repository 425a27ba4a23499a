import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';
import { type PlatformLayout, platformLayout } from '@rig-ops/contract/layout';
import type { LogSource } from '@rig-ops/contract/log-record';
import {
  type InstanceReport,
  type InstanceSpec,
  type JobReport,
  type JobStep,
  supervisorArguments,
  type SupervisorConfig,
  type SupervisorRecord,
  type SupervisorState,
} from '@rig-ops/contract/supervisor';
import type { SessionAttachSpec, SessionReport, SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import { openLogReader } from '@rig-ops/logstore';
import { type Channel, Connection } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import WebSocket from 'ws';
import { listProcesses } from '../proc/process-table.ts';
import { until } from './until.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const standIn = fileURLToPath(new URL('./stand-in.ts', import.meta.url));
export const counter = fileURLToPath(new URL('./counter.ts', import.meta.url));
const nodeArguments = ['--conditions=rig-source', '--disable-warning=ExperimentalWarning'];

export interface StoredText {
  text: string;
  source: LogSource;
  partial: boolean;
}

/** A supervisor of the test's own, as a real process with a temporary RIG_HOME. */
export class TestSupervisor {
  readonly home = mkdtempSync(join(tmpdir(), 'rig-supervisor-'));
  readonly layout: PlatformLayout = platformLayout(this.home);
  readonly env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' };
  #process: ChildProcess | null = null;
  #connections: Connection[] = [];
  readonly #sockets = new WeakMap<Connection, WebSocket>();
  #sessions = 0;

  /** Starts it and waits until it listens. */
  async start(
    change: Partial<SupervisorConfig> = {},
    user: { uid?: number } = {},
  ): Promise<SupervisorRecord> {
    const child = this.spawn(change, user);
    this.#process = child;
    return await until('the supervisor to listen', () => {
      if (child.exitCode !== null) throw new Error(`the supervisor exited with code ${child.exitCode}`);
      const record = this.record();
      return record?.pid === child.pid ? record : null;
    });
  }

  spawn(change: Partial<SupervisorConfig> = {}, { uid }: { uid?: number } = {}): ChildProcess {
    mkdirSync(this.layout.ownLogs, { recursive: true, mode: 0o700 });
    const config: SupervisorConfig = {
      rigHome: this.home,
      node: process.execPath,
      nodeArguments,
      entries: { rigd: standIn, edge: standIn },
      apiPort: 0,
      edgePort: 0,
      baseEnvironment: this.env,
      // Its programs work in the folder of the platform itself.
      isolation: 'off',
      version: '0.0.0',
      ...change,
    };
    writeFileSync(this.layout.supervisorConfig, JSON.stringify(config));
    if (uid !== undefined)
      for (const path of [this.home, this.layout.root, this.layout.ownLogs, this.layout.supervisorConfig])
        chownSync(path, uid, uid);
    return spawn(
      process.execPath,
      supervisorArguments({ nodeArguments }, main, this.layout.supervisorConfig),
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: this.env,
        ...(uid === undefined ? {} : { uid, gid: uid }),
      },
    );
  }

  record(): SupervisorRecord | null {
    try {
      return JSON.parse(readFileSync(this.layout.supervisorRecord, 'utf8')) as SupervisorRecord;
    } catch {
      return null;
    }
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Asks it to stop and waits until it has; answers its exit code. */
  async stop(): Promise<number | null> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, 'exit');
    await this.ask('POST', '/v1/stop');
    await ended;
    return child.exitCode;
  }

  /** Ends everything this test has started, and removes its folder. */
  async close(): Promise<void> {
    for (const connection of this.#connections) await connection.close().catch(() => undefined);
    const child = this.#process;
    // A test has killed it: only another one finds what it has left.
    if (child !== null && (child.exitCode !== null || child.signalCode !== null)) {
      if (this.record() !== null) await this.start();
    }
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  async ask<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, value } = await this.request(
      method,
      path,
      body === undefined ? '' : JSON.stringify(body),
    );
    if (status !== 200) throw Object.assign(new Error(JSON.stringify(value)), { status, value });
    return value as T;
  }

  async request(
    method: string,
    path: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; value: unknown }> {
    const response = await this.open(method, path, body, headers);
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    return { status: response.statusCode ?? 0, value: JSON.parse(Buffer.concat(chunks).toString()) };
  }

  async open(
    method: string,
    path: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<IncomingMessage> {
    const request = httpRequest({
      socketPath: this.layout.supervisorSocket,
      method,
      path,
      agent: false,
      headers: { authorization: `Bearer ${this.record()?.cookie ?? ''}`, ...headers },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  async state(): Promise<SupervisorState> {
    return await this.ask<SupervisorState>('GET', '/v1/state');
  }

  specOf(id: string, argv: string[], change: Partial<InstanceSpec> = {}): InstanceSpec {
    return {
      id,
      app: 'demo',
      appId: 'app_demo',
      process: 'web',
      name: 'web.1',
      release: 3,
      argv,
      cwd: this.home,
      env: this.env,
      ...change,
    };
  }

  async run(id: string, argv: string[], change: Partial<InstanceSpec> = {}): Promise<InstanceReport> {
    return await this.ask<InstanceReport>('PUT', `/v1/instances/${id}`, this.specOf(id, argv, change));
  }

  /** Waits until an instance has ended. */
  async ended(id: string, patienceMs?: number): Promise<InstanceReport> {
    return await until(
      `the end of ${id}`,
      async () => {
        const found = (await this.state()).instances.find(({ spec }) => spec.id === id);
        return found?.state === 'exited' ? found : null;
      },
      patienceMs,
    );
  }

  step(name: string, script: string, timeoutMs = 60_000): JobStep {
    return { name, argv: ['sh', '-c', script], cwd: this.home, env: this.env, timeoutMs };
  }

  /** Waits until a job has ended. */
  async jobEnded(id: string): Promise<JobReport> {
    return await until(`the end of ${id}`, async () => {
      const found = (await this.state()).jobs.find((job) => job.id === id);
      return found === undefined || found.state === 'running' ? null : found;
    });
  }

  /** Everything in a log store, as `apps/app_demo`. */
  async log(store: string): Promise<StoredText[]> {
    const reader = openLogReader(join(this.layout.logs, store));
    const found: StoredText[] = [];
    for await (const batch of reader.read({ signal: AbortSignal.timeout(20_000) })) {
      for (const record of batch) {
        if (record.type === 'gap') throw new Error(`a gap of ${record.count} records`);
        const { bytes, source, partial } = record;
        found.push({ text: Buffer.from(bytes).toString(), source, partial });
      }
    }
    return found;
  }

  async connect(): Promise<Connection> {
    const socket = new WebSocket(`ws+unix:${this.layout.supervisorSocket}:/v1/connect`, WIRE_SUBPROTOCOL, {
      headers: { authorization: `Bearer ${this.record()?.cookie ?? ''}` },
    });
    const adapted = messageSocketOfWs(socket);
    await once(socket, 'open');
    const connection = new Connection(adapted, { role: 'client' });
    this.#connections.push(connection);
    this.#sockets.set(connection, socket);
    return connection;
  }

  /** As when the network goes: nothing that is under way arrives. */
  cut(connection: Connection): void {
    this.#sockets.get(connection)?.terminate();
  }

  sessionSpec(argv: string[], change: Partial<SessionSpec> = {}): SessionSpec {
    this.#sessions += 1;
    return {
      // Processes are found by it, also those of tests that run at the same time.
      id: `ses_${process.pid}_${this.#sessions}`,
      kind: 'command',
      user: 'ann',
      client: { id: 'cli_1', user: 'ann', address: 'here' },
      app: null,
      appId: null,
      network: 'default',
      process: null,
      instanceName: null,
      release: null,
      instance: null,
      argv,
      shownArgv: argv,
      cwd: this.home,
      env: this.env,
      terminal: null,
      reason: null,
      limits: { reconnectSeconds: 60, detachedSeconds: 60, idleSeconds: null, maximumSeconds: null },
      detach: false,
      timeoutMs: null,
      recording: null,
      untold: false,
      ...change,
    };
  }

  /** Begins a session, on a connection of its own unless one is given. */
  async begin(argv: string[], change: Partial<SessionSpec> = {}, connection?: Connection): Promise<Channel> {
    return (connection ?? (await this.connect())).open('session', this.sessionSpec(argv, change));
  }

  async attach(
    session: string,
    change: Partial<SessionAttachSpec> = {},
    connection?: Connection,
  ): Promise<Channel> {
    const spec: SessionAttachSpec = {
      session,
      client: { id: 'cli_1', user: 'ann', address: 'here' },
      mode: 'write',
      steal: false,
      from: null,
      terminal: null,
      ...change,
    };
    return (connection ?? (await this.connect())).open('session-attach', spec);
  }

  async sessions(): Promise<SessionReport[]> {
    return await this.ask<SessionReport[]>('GET', '/v1/sessions');
  }

  /** Processes of a session, by the mark in their environment, also below what isolates them. */
  async processesMarked(session: string): Promise<number[]> {
    const rows = await listProcesses();
    return rows
      .filter(({ pid }) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`RIG_SESSION=${session}\0`);
        } catch {
          return false;
        }
      })
      .map(({ pid }) => pid);
  }

  /** Processes with a text in their command line. */
  async processesNaming(text: string): Promise<number[]> {
    const rows = await listProcesses();
    return rows
      .filter(({ pid }) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
        } catch {
          return false;
        }
      })
      .map(({ pid }) => pid);
  }
}
