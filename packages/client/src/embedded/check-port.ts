import { createServer } from 'node:net';
import { RigError } from '@rig-ops/contract/errors';

/** Throws `port_taken` when another program listens on the port of 127.0.0.1. */
export async function checkPortFree(port: number, purpose: string, flag: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') {
      throw new RigError('port_taken', `You are not permitted to listen on port ${port} (${purpose}).`, {
        hint: `Choose a port of 1024 or above with ${flag}.`,
        cause: error,
      });
    }
    throw new RigError('port_taken', `Port ${port} (${purpose}) is in use by another program.`, {
      hint: `End the other program, or choose another port with ${flag}.`,
      details: { port },
      cause: error,
    });
  }
}
