import { connect, type Socket } from 'node:net';

/** Where there is a way, there is an answer at once. */
const DIRECT_MS = 1_000;

/** Connects to the address of a container or pod; null where nothing takes it, or it is out of reach. Does not fail. */
export async function connectDirectly(host: string, port: number): Promise<Socket | null> {
  return await new Promise<Socket | null>((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const fail = () => {
      socket.destroy();
      resolve(null);
    };
    const timer = setTimeout(fail, DIRECT_MS);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
