import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { CONNECT_PATH } from '@rig-ops/contract/routes';
import { type Channel, Connection, readRecords, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { WebSocket } from 'ws';
import { TEST_TOKEN } from './test-token.ts';

/** Opens the session protocol as a client does. */
export async function connectClient(test: Pick<TestContext, 'after'>, port: number): Promise<Connection> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${CONNECT_PATH}`, WIRE_SUBPROTOCOL, {
    headers: { authorization: `Bearer ${TEST_TOKEN}`, 'x-rig-invocation': 'inv-ws' },
    perMessageDeflate: false,
  });
  test.after(() => socket.terminate());
  const adapted = messageSocketOfWs(socket);
  await once(socket, 'open');
  return new Connection(adapted, { role: 'client' });
}

/** Reads a record channel to its end. */
export async function collectRecords<T>(channel: Channel, stream: number): Promise<T[]> {
  const records: T[] = [];
  for await (const record of readRecords(channel, stream)) records.push(record as T);
  return records;
}
