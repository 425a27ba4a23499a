import type { ServerResponse } from 'node:http';
import type { SupervisorEvent, SupervisorState } from '@rig-ops/contract/supervisor';
import type { EventHub } from '../event-hub.ts';

/** Unread bytes above which a watcher is cut off; it begins again with a snapshot. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** Answers `GET /v1/watch`: a snapshot, then every change, until the client goes. */
export function serveWatch(response: ServerResponse, state: SupervisorState, events: EventHub): void {
  const send = (event: SupervisorEvent) => {
    response.write(`${JSON.stringify(event)}\n`);
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  };
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  // No await between the two: nothing can change in between.
  send({ type: 'snapshot', state });
  const unsubscribe = events.subscribe(send);
  response.once('close', unsubscribe);
}
