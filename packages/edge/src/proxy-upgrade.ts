import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import type { AccessOutcome } from '@rig-ops/contract/access-record';
import type { EdgeApp } from '@rig-ops/contract/edge';
import type { Exchange } from './access-log/exchange.ts';
import { writeFailure } from './error-page.ts';
import { forwardHeaders } from './hop-by-hop.ts';
import { type ProxyParts, type Reached, reachUpstream } from './reach-upstream.ts';
import { upstreamHeaders } from './request-headers.ts';

/** Whether a request is to become something else. HTTP/2 is not spoken here: who offers it goes on with HTTP/1.1. */
export function isUpgrade({ headers }: IncomingMessage): boolean {
  return !/^h2c?$/i.test(headers.upgrade ?? '');
}

/** Forwards a request to upgrade, such as a WebSocket's, and joins the two connections once it is granted. */
export async function proxyUpgrade(
  parts: ProxyParts,
  app: EdgeApp,
  request: IncomingMessage,
  client: Socket,
  head: Buffer,
  exchange: Exchange,
): Promise<void> {
  const gone = new AbortController();
  client.on('error', () => client.destroy());
  let atClose: [AccessOutcome, status: number] = ['client-gone', 0];
  client.once('close', () => {
    gone.abort();
    exchange.end(...atClose);
  });
  client.setTimeout(0);
  const { requestId } = exchange;
  const headers = upstreamHeaders(request, requestId);
  headers.push('Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? '');
  try {
    const wanted = {
      appId: app.id,
      exchange,
      request,
      headers,
      isUpgrade: true,
      signal: gone.signal,
      onContinue: () => undefined,
    };
    const outcome = await reachUpstream(parts, wanted);
    if ('title' in outcome) {
      atClose = [exchange.failure, outcome.status];
      writeFailure(request, client, outcome, requestId);
      return;
    }
    atClose = ['answered', outcome.answer.statusCode ?? 502];
    if (outcome.switched === null) relayRefusal(outcome, client);
    else {
      exchange.upgraded(outcome.answer.headers.upgrade ?? request.headers.upgrade ?? '');
      join(outcome, outcome.switched, client, head);
    }
  } catch (error) {
    client.destroy();
    if (!gone.signal.aborted) throw error;
  }
}

function join(
  { answer, end }: Reached,
  { socket: server, head: serverHead }: { socket: Duplex; head: Buffer },
  client: Duplex,
  clientHead: Buffer,
): void {
  let open = 2;
  const onEnd = (error: unknown) => {
    open -= 1;
    if (open === 0) end();
    // An end in one direction leaves the other open; a break ends both.
    if (error === undefined || error === null) return;
    client.destroy();
    server.destroy();
  };
  client.write(headOf(answer, ['Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? '']));
  if (serverHead.length > 0) client.write(serverHead);
  if (clientHead.length > 0) server.write(clientHead);
  pipeline(client, server, onEnd);
  pipeline(server, client, onEnd);
}

/** The app may as well answer in plain HTTP; the end of the connection is then the end of the body. */
function relayRefusal({ answer, end }: Reached, client: Duplex): void {
  client.write(headOf(answer, ['Connection', 'close']));
  pipeline(answer, client, end);
}

/** As bytes: Node gives header values as Latin-1. */
function headOf(answer: IncomingMessage, connection: string[]): Buffer {
  const headers = [...forwardHeaders(answer.rawHeaders), ...connection];
  let text = `HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}\r\n`;
  for (let index = 0; index < headers.length; index += 2)
    text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return Buffer.from(`${text}\r\n`, 'latin1');
}
