import { Connection } from '@rig-ops/wire';
import { messagesOverPipes } from '../../docker/inside/framed-messages.ts';
import { type PodContainer } from '../sessions/pod-container.ts';
import { insidePod } from '../../tools/pod-tools.ts';

/** Connections to ports of a pod, through one program in it: also to what listens on loopback alone, and with an end for each direction. */
export interface PodTunnel {
  readonly connection: Connection;
  close(): void;
}

/** @throws RigError `cluster_…` */
export async function openTunnel({ client, ...which }: PodContainer): Promise<PodTunnel> {
  const exec = await client.exec(which, { command: insidePod(['tunnel']), tty: false });
  exec.stderr?.resume();
  const socket = messagesOverPipes({
    input: exec.stdout as AsyncIterable<Buffer>,
    write: async (bytes) => await exec.write(bytes),
    close: () => exec.close(),
  });
  const connection = new Connection(socket, { role: 'client' });
  socket.start();
  return { connection, close: () => exec.close() };
}
