import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { writeFileAtomically } from '../files/write-file-atomically.ts';
import { readStartTime } from '../files/process-identity.ts';
import { endpointOf, makeAgent } from '../http/endpoint.ts';
import { openConnection } from '../open-connection.ts';
import type { AgentRecord } from './agent-place.ts';
import { AgentServer } from './agent-server.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import type { AgentOrder } from './start-agent.ts';

/** Comes by stdin: an argument list can be read by others. */
const order = JSON.parse(await text(process.stdin)) as AgentOrder;
const { cookie, idleMs, place, target, version } = order;
const { invocationId: _, ...shared } = target;
const endpoint = endpointOf(shared);
const agent = makeAgent(endpoint);

const end = async (): Promise<never> => {
  // The record first: who reads it afterwards starts another one.
  await rm(place.record, { force: true }).catch(() => undefined);
  await Promise.race([server.close(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  process.exit(0);
};
const server = new AgentServer({
  cookie,
  idleMs,
  connect: () => openConnection(shared, endpoint, agent),
  onIdle: () => void end(),
  onStop: () => void end(),
});
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
// Nobody is at a terminal here.
process.on('SIGHUP', () => undefined);

await ensurePrivateFolder(place.folder);
if (process.platform !== 'win32') {
  await ensurePrivateFolder(dirname(place.socket));
  await rm(place.socket, { force: true });
}
server.server.listen(place.socket);
await new Promise((resolve, reject) => server.server.once('listening', resolve).once('error', reject));
const record: AgentRecord = {
  pid: process.pid,
  startTime: (await readStartTime(process.pid)) ?? '',
  version,
  context: target.name,
  url: target.url,
  socket: place.socket,
  cookie,
  startedAt: new Date().toISOString(),
};
await writeFileAtomically(place.record, JSON.stringify(record));
