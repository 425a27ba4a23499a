import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorRecord, SupervisorState } from '@rig-ops/contract/supervisor';
import { endpointOf, makeAgent } from '../http/endpoint.ts';
import { sendRequest } from '../http/send-request.ts';

interface LocalQuestion {
  method: string;
  path: string;
  token: string;
  silenceMs: number;
  signal: AbortSignal | undefined;
}

/** What the supervisor knows; null when it does not answer in time. */
export async function askSupervisorState(
  layout: PlatformLayout,
  { cookie }: SupervisorRecord,
  { silenceMs, signal }: { silenceMs: number; signal: AbortSignal | undefined },
): Promise<SupervisorState | null> {
  const question = { method: 'GET', path: '/v1/state', token: cookie, silenceMs, signal };
  return (await ask(layout.supervisorSocket, question)) as SupervisorState | null;
}

/** Asks the supervisor to end everything; false when it does not take the request in time. */
export async function askSupervisorToStop(
  layout: PlatformLayout,
  { cookie }: SupervisorRecord,
  { silenceMs, signal }: { silenceMs: number; signal: AbortSignal | undefined },
): Promise<boolean> {
  const question = { method: 'POST', path: '/v1/stop', token: cookie, silenceMs, signal };
  return (await ask(layout.supervisorSocket, question)) !== null;
}

/** Whether rigd answers on its socket. */
export async function answersLocally(
  layout: PlatformLayout,
  token: string,
  { silenceMs, signal }: { silenceMs: number; signal: AbortSignal | undefined },
): Promise<boolean> {
  const question = { method: 'GET', path: '/v1/version', token, silenceMs, signal };
  return (await ask(layout.rigdSocket, question)) !== null;
}

/** The JSON of a successful answer; null for any other outcome but an abort, which throws the signal's reason. */
async function ask(socketPath: string, question: LocalQuestion): Promise<unknown> {
  const { method, path, token, silenceMs, signal } = question;
  const endpoint = endpointOf({ name: 'embedded', token, socketPath });
  const agent = makeAgent(endpoint);
  const headers = { authorization: `Bearer ${token}` };
  try {
    const request = { method, path, headers, body: undefined, silenceMs, signal };
    const { status, body } = await sendRequest(endpoint, agent, request);
    return status >= 200 && status < 300 ? parseAnswer(body) : null;
  } catch {
    signal?.throwIfAborted();
    return null;
  } finally {
    agent.destroy();
  }
}

/** An answer without content still is one. */
function parseAnswer(body: Buffer): unknown {
  return body.length === 0 ? {} : JSON.parse(body.toString());
}
