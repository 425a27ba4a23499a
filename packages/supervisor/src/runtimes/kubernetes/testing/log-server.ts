import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubernetesClient, readKubeconfig } from '@rig-ops/kubernetes';

interface Line {
  at: bigint;
  text: string;
}

interface Follower {
  answer: ServerResponse;
  file: Line[];
  since: bigint;
}

const SECOND_NS = 1_000_000_000n;
const stampOf = (at: bigint): string => {
  const seconds = new Date(Number(at / SECOND_NS) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(at % SECOND_NS).padStart(9, '0')}Z`;
};
const wireOf = ({ at, text }: Line): string => `${stampOf(at)} ${text}`;

/**
 * A pod with one container and its log, as kubelets were seen to answer: files that are rotated, followers that go on with the
 * next one or are deaf, `sinceTime` that leaves out by time, words in the body. `test/kubernetes/logs.test.ts` asks real ones.
 */
export class LogServer {
  readonly client: KubernetesClient;
  /** How often the beginning of a file was asked for. */
  looks = 0;
  /** How often it was said that the container is being made. */
  pretences = 0;
  readonly #server: Server;
  #file: Line[] = [];
  #followers = new Set<Follower>();
  #state: object = { running: {} };
  #previous: Line[] | null = null;
  #restarts = 0;
  #runs = true;
  #there: 'pod' | 'container' | 'container in the making' | 'nothing' = 'container';
  #clock = BigInt(Date.parse('2026-11-26T10:00:00Z')) * 1_000_000n;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    const access = readKubeconfig(
      JSON.stringify({
        'current-context': 'a',
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${port}` } }],
        users: [{ name: 'a', user: { token: 'abc' } }],
      }),
      { trusted: false },
    );
    this.client = new KubernetesClient(access);
    server.on('request', (request: IncomingMessage, answer: ServerResponse) => this.#answer(request, answer));
  }

  static async start(): Promise<LogServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LogServer(server);
  }

  get followers(): number {
    return this.#followers.size;
  }

  print(...texts: string[]): void {
    for (const text of texts) {
      const line = { at: (this.#clock += 1_000_000n), text };
      this.#file.push(line);
      for (const { file, answer, since } of this.#followers)
        if (file === this.#file && line.at >= since) answer.write(wireOf(line));
    }
  }

  /** @param seconds may be less than nothing */
  turnClock(seconds: number): void {
    this.#clock += BigInt(seconds) * SECOND_NS;
  }

  /** @param lost what is printed between the last look of a follower and the next file; null: followers stay with the old one */
  rotate(lost: readonly string[] | null): void {
    const before = this.#file;
    this.#file = [];
    this.#clock += BigInt(lost?.length ?? 0) * 1_000_000n;
    if (lost === null) return;
    for (const follower of this.#followers) if (follower.file === before) follower.file = this.#file;
  }

  /** The container ends, and followers are told so, or what is said. */
  end(words = ''): void {
    this.#runs = false;
    this.#state = { terminated: { exitCode: 0 } };
    for (const { answer } of this.#followers) answer.end(words);
    this.#followers.clear();
  }

  cut(): void {
    for (const { answer } of this.#followers) answer.destroy();
    this.#followers.clear();
  }

  remove(what: 'container' | 'pod'): void {
    this.#there = what === 'container' ? 'pod' : 'nothing';
  }

  /** As older kubelets say of a container that they have removed. */
  pretendToMake(): void {
    this.#there = 'container in the making';
  }

  /**
   * Another run begins.
   * @param kept whether the log of the one before is
   * @param toldAfterMs by how much later the API server hears of it
   */
  restart({ kept, toldAfterMs = 0 }: { kept: boolean; toldAfterMs?: number }): void {
    this.#previous = kept ? this.#file : null;
    this.#file = [];
    this.#runs = true;
    const tell = () => {
      this.#restarts += 1;
      this.#state = { running: {} };
    };
    if (toldAfterMs === 0) tell();
    else setTimeout(tell, toldAfterMs);
  }

  close(): void {
    this.client.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, answer: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://server');
    const refuse = (status: number, message: string) => {
      answer.statusCode = status;
      answer.end(JSON.stringify({ kind: 'Status', status: 'Failure', message, code: status }));
    };
    if (this.#there === 'nothing') refuse(404, 'pods "p" not found');
    else if (!url.pathname.endsWith('/log')) answer.end(JSON.stringify(this.#pod()));
    else if (this.#there === 'container in the making') {
      this.pretences += 1;
      refuse(400, 'container "app" in pod "p" is waiting to start: ContainerCreating');
    } else if (this.#there === 'pod') answer.end('unable to retrieve container logs for containerd://0123');
    else if (url.searchParams.get('previous') !== 'true') this.#log(this.#file, url.searchParams, answer);
    else if (this.#previous !== null) this.#log(this.#previous, url.searchParams, answer);
    else refuse(400, 'previous terminated container "app" in pod "p" not found');
  }

  #pod(): object {
    const containerStatuses = [{ name: 'app', restartCount: this.#restarts, state: this.#state }];
    return { metadata: { name: 'p', uid: 'u' }, status: { containerStatuses } };
  }

  #log(file: Line[], query: URLSearchParams, answer: ServerResponse): void {
    const since = BigInt(Date.parse(query.get('sinceTime') ?? '1970-01-01T00:00:00Z')) * 1_000_000n;
    const lines = file.slice(-Number(query.get('tailLines') ?? file.length) || undefined);
    const text = lines.flatMap((line) => (line.at >= since ? [wireOf(line)] : [])).join('');
    const limit = query.get('limitBytes');
    if (limit !== null) this.looks += 1;
    if (query.get('follow') !== 'true' || !this.#runs) {
      answer.end(text.slice(0, limit === null ? undefined : Number(limit)));
      return;
    }
    if (text !== '') answer.write(text);
    const follower = { answer, file, since };
    this.#followers.add(follower);
    answer.on('close', () => this.#followers.delete(follower));
  }
}
