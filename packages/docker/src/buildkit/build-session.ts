import { randomUUID } from 'node:crypto';
import { performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type Duplex, duplexPair, pipeline } from 'node:stream';
import type { DockerCalls } from '../docker-calls.ts';
import { encodeField, encodeInteger, readMessage } from './protobuf.ts';

/** What a build may ask for while it runs. */
export interface SessionAnswers {
  /** Of `RUN --mount=type=secret,id=…`; null where there is none of that name. */
  secret: (id: string) => string | Uint8Array | null;
  /** Of a registry, as `docker.io` is asked for as `registry-1.docker.io`; null for nobody's. */
  credentials: (host: string) => { username: string; password: string } | null;
}

const SECRET = '/moby.buildkit.secrets.v1.Secrets/GetSecret';
const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials';
const HEALTH = '/grpc.health.v1.Health/Check';
const METHODS = [SECRET, CREDENTIALS, HEALTH];

/** Status codes of gRPC (grpc.io/docs/guides/status-codes). */
const OK = 0;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;
const SERVING = 1;
const MAX_REQUEST_BYTES = 64 * 1024;

/**
 * The other direction of a build: BuildKit asks whoever has begun it for secrets and credentials, by gRPC over a
 * connection that was made for it (moby/buildkit, `session/`). Of gRPC it takes single requests and answers alone.
 */
export class BuildSession {
  readonly id = randomUUID();
  readonly #both: Duplex;
  readonly #http: ServerHttp2Session;

  private constructor(both: Duplex, answers: SessionAnswers, id: string) {
    this.id = id as ReturnType<typeof randomUUID>;
    this.#both = both;
    // The connection may have brought its first bytes with the answer: these are read from a stream alone.
    const [near, far] = duplexPair();
    pipeline(both, far, both, () => undefined);
    this.#http = performServerHandshake(near);
    this.#http.on('error', () => this.close());
    this.#http.on('stream', (stream, headers) => {
      void answer(stream, String(headers[':path']), answers);
    });
  }

  /** Opens one on the daemon. It ends with {@link BuildSession.close}, or with the daemon. */
  static async open(docker: DockerCalls, answers: SessionAnswers): Promise<BuildSession> {
    const id = randomUUID();
    const both = await docker.hijack({
      method: 'POST',
      path: '/session',
      upgrade: 'h2c',
      headers: {
        'x-docker-expose-session-uuid': id,
        'x-docker-expose-session-name': 'rig',
        'x-docker-expose-session-sharedkey': '',
        'x-docker-expose-session-grpc-method': METHODS,
      },
    });
    both.on('error', () => both.destroy());
    return new BuildSession(both, answers, id);
  }

  close(): void {
    this.#http.destroy();
    this.#both.destroy();
  }
}

async function answer(stream: ServerHttp2Stream, path: string, answers: SessionAnswers): Promise<void> {
  stream.on('error', () => stream.close());
  try {
    const { message, status, text } = respond(path, await readRequest(stream), answers);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () =>
      stream.sendTrailers({
        'grpc-status': String(status),
        ...(text === '' ? {} : { 'grpc-message': text }),
      }),
    );
    if (message === null) stream.end();
    else stream.end(frame(message));
  } catch {
    stream.close();
  }
}

interface Answer {
  message: Buffer | null;
  status: number;
  text: string;
}

const found = (message: Buffer): Answer => ({ message, status: OK, text: '' });

function respond(path: string, request: Buffer, answers: SessionAnswers): Answer {
  const asked = () => [...readMessage(request)].find(({ number }) => number === 1)?.bytes.toString() ?? '';
  switch (path) {
    case SECRET: {
      const secret = answers.secret(asked());
      return secret === null
        ? { message: null, status: NOT_FOUND, text: `secret ${encodeURIComponent(asked())} not found` }
        : found(encodeField(1, secret));
    }
    case CREDENTIALS: {
      const known = answers.credentials(asked());
      return found(
        known === null
          ? Buffer.alloc(0)
          : Buffer.concat([encodeField(1, known.username), encodeField(2, known.password)]),
      );
    }
    case HEALTH:
      return found(encodeInteger(1, SERVING));
    default:
      return { message: null, status: UNIMPLEMENTED, text: 'not offered' };
  }
}

/** A message of gRPC: not compressed, its length in four bytes. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function readRequest(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) throw new RangeError('a request without an end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).subarray(5);
}
