import { connect } from 'node:net';
import type { Probe, ProbeResult } from './probe-http.ts';

const HOSTS = ['127.0.0.1', '::1'];
/** What is between a port of this machine and a container takes any connection, and closes it when nobody listens inside. */
const HELD_MS = 50;

function connectTo(host: string, { port, timeoutMs, signal }: Omit<Probe, 'path'>): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const socket = connect({ host, port });
    const end = (result: ProbeResult) => {
      either.removeEventListener('abort', late);
      socket.destroy();
      resolve(result);
    };
    const late = () => end({ answered: false, reason: 'does not take connections' });
    either.addEventListener('abort', late, { once: true });
    const answered = () => end({ answered: true, host, status: 0 });
    socket.once('connect', () => setTimeout(answered, HELD_MS));
    socket.once('data', answered);
    socket.once('end', () => end({ answered: false, reason: 'closes connections at once' }));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({
        answered: false,
        reason:
          error.code === 'ECONNREFUSED'
            ? 'does not listen'
            : `cannot be reached (${error.code ?? error.message})`,
      }),
    );
  });
}

/** Opens a connection to an instance, on both loopback addresses in turn; the first that takes it counts. */
export async function probeTcp(probe: Omit<Probe, 'path'>): Promise<ProbeResult> {
  let refused: ProbeResult = { answered: false, reason: 'does not listen' };
  for (const host of HOSTS) {
    const result = await connectTo(host, probe);
    if (result.answered) return result;
    if (result.reason !== 'does not listen') refused = result;
  }
  return refused;
}
