import { request } from 'node:http';

/** What one HTTP request to an instance found. */
export type ProbeResult =
  | { answered: true; host: string; status: number }
  | { answered: false; reason: string };

export interface Probe {
  port: number;
  path: string;
  /** How long one address may take to answer. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** Where an instance may listen when it was told to listen on loopback. */
const HOSTS = ['127.0.0.1', '::1'];

function probeHost(host: string, { port, path, timeoutMs, signal }: Probe): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const outgoing = request(
      {
        host,
        port,
        path,
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: { host: `127.0.0.1:${port}`, 'user-agent': 'rig-health', connection: 'close' },
      },
      (response) => {
        resolve({ answered: true, host, status: response.statusCode ?? 0 });
        response.destroy();
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const slow = error.name === 'AbortError' || error.name === 'TimeoutError';
      const reason = slow
        ? 'accepts connections and does not answer'
        : error.code === 'ECONNREFUSED'
          ? 'does not listen'
          : `breaks the connection (${error.code ?? error.message})`;
      resolve({ answered: false, reason });
    });
    outgoing.end();
  });
}

/** Asks an instance once, on both loopback addresses in turn; the first that answers counts. */
export async function probeHttp(probe: Probe): Promise<ProbeResult> {
  let refused: ProbeResult = { answered: false, reason: 'does not listen' };
  for (const host of HOSTS) {
    const result = await probeHost(host, probe);
    if (result.answered) return result;
    if (result.reason !== 'does not listen') refused = result;
  }
  return refused;
}
