import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request as requestPlainly } from 'node:http';
import { Agent as SecureAgent, request as requestSecurely } from 'node:https';
import { authoritiesOf } from './registry-place.ts';

const SILENCE_MS = 20_000;
const MOST_REDIRECTIONS = 5;

export interface RegistryRequest {
  method: 'GET' | 'HEAD' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** What of an answer is taken. */
  mostBytes: number;
}

export interface RegistryAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Variables of proxies, as programs of this machine find them. */
export type ProxyEnvironment = Readonly<Record<string, string>>;

/** An answer that is longer than any that is meant. */
class OverlongAnswer extends Error {}

/**
 * One request, and the redirections of its answer: stores of layers are elsewhere. Who asks is told to nobody but
 * the origin that was asked.
 * @throws as `node:http` does, {@link OverlongAnswer}, the reason of `signal`
 */
export async function askRegistry(
  given: RegistryRequest,
  environment: ProxyEnvironment,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  let { headers, url } = given;
  for (let redirections = 0; ; redirections += 1) {
    const answer = await askOnce({ ...given, url, headers }, environment, signal);
    const { location } = answer.headers;
    if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
    const next = new URL(location, url);
    const isWeaker = next.protocol !== 'https:' && !url.startsWith('http:');
    if (redirections >= MOST_REDIRECTIONS || isWeaker) throw new Error(`it leads to ${next.origin}`);
    if (next.origin !== new URL(url).origin) headers = without(headers, 'authorization');
    url = next.href;
  }
}

const without = (headers: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([each]) => each.toLowerCase() !== name));

async function askOnce(
  { body, headers, method, mostBytes, url }: RegistryRequest,
  environment: ProxyEnvironment,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  const { host, protocol } = new URL(url);
  const isSecure = protocol === 'https:';
  const agent = new (isSecure ? SecureAgent : Agent)({ proxyEnv: { ...environment } });
  const ca = isSecure ? await authoritiesOf(host) : undefined;
  const options: RequestOptions = {
    method,
    agent,
    signal,
    timeout: SILENCE_MS,
    headers: {
      'user-agent': 'rig',
      ...headers,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    },
    ...(ca === undefined ? {} : { ca }),
  };
  try {
    const call = (isSecure ? requestSecurely : requestPlainly)(url, options);
    call.on('timeout', () =>
      call.destroy(Object.assign(new Error('it says nothing'), { code: 'ETIMEDOUT' })),
    );
    call.end(body);
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) throw new OverlongAnswer(`its answer has more than ${mostBytes} bytes`);
      chunks.push(chunk);
    }
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    agent.destroy();
  }
}
