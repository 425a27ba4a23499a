import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { AccessOutcome } from '@rig-ops/contract/access-record';
import type { EdgeApp } from '@rig-ops/contract/edge';
import type { Exchange } from './access-log/exchange.ts';
import { sendFailure } from './error-page.ts';
import { forwardHeaders } from './hop-by-hop.ts';
import { type ProxyParts, type Reached, reachUpstream } from './reach-upstream.ts';
import { upstreamHeaders } from './request-headers.ts';

/** Forwards one request and its answer, both streamed at the pace of the slower side. */
export async function proxyRequest(
  parts: ProxyParts,
  app: EdgeApp,
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.on('error', () => gone.abort());
  const { requestId } = exchange;
  const waitsToBeAsked = request.headers.expect?.toLowerCase() === '100-continue';
  let wasAsked = !waitsToBeAsked;
  const onContinue = () => {
    if (!waitsToBeAsked || wasAsked || response.headersSent) return;
    wasAsked = true;
    response.writeContinue();
  };
  try {
    const headers = upstreamHeaders(request, requestId);
    const wanted = {
      appId: app.id,
      exchange,
      request,
      headers,
      isUpgrade: false,
      signal: gone.signal,
      onContinue,
    };
    const outcome = await reachUpstream(parts, wanted);
    if ('title' in outcome) {
      response.once('close', () => exchange.end(exchange.failure, outcome.status));
      sendFailure(request, response, outcome, requestId);
    }
    // A body that was never asked for may come or not: nothing can follow on this connection.
    else relayAnswer(outcome, response, exchange, parts.isClosing() || !wasAsked);
  } catch (error) {
    exchange.end('client-gone', 0);
    if (gone.signal.aborted) return;
    response.destroy();
    throw error;
  }
}

function relayAnswer(reached: Reached, response: ServerResponse, exchange: Exchange, closes: boolean): void {
  const { answer, forwarded, end } = reached;
  answer.on('error', () => undefined);
  const finish = () => {
    // Whole in both directions, the connection serves the next request; otherwise the upstream is told.
    if (!answer.complete || !forwarded.writableFinished) forwarded.destroy();
    end();
    exchange.end(outcomeOf(reached, response), response.headersSent ? response.statusCode : 0);
  };
  if (response.closed || response.destroyed) {
    finish();
    return;
  }
  response.once('close', finish);
  const headers = forwardHeaders(answer.rawHeaders);
  if (answer.headers['x-request-id'] === undefined) headers.push('X-Request-Id', exchange.requestId);
  if (closes) headers.push('Connection', 'close');
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers);
  // A stream of events has headers long before it has a first byte.
  response.flushHeaders();
  answer.once('end', () => {
    if (Object.keys(answer.trailers).length > 0) response.addTrailers(answer.trailers);
  });
  // An answer that breaks off must break off for the client as well, not look complete.
  pipeline(answer, response, () => undefined);
}

function outcomeOf({ answer }: Reached, response: ServerResponse): AccessOutcome {
  if (response.writableFinished) return 'answered';
  return answer.destroyed && !answer.complete && answer.errored !== null ? 'broken' : 'client-gone';
}
