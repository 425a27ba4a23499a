import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes and gives back all that comes until the other side ends. */
export async function rawExchange(port: number, request: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(request, 'latin1');
  await once(socket, 'close');
  return text;
}
