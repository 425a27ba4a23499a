import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import type { ReceivedRecord, TestReceiver } from './drain-sink-contract.ts';

/** Receives RFC 5424 messages with counted frames over TCP. */
export async function startSyslogReceiver(t: Pick<TestContext, 'after'>): Promise<TestReceiver> {
  const received: ReceivedRecord[] = [];
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let frame = takeFrame(bytes); frame !== undefined; frame = takeFrame(bytes)) {
        received.push(parseMessage(frame.message));
        bytes = frame.rest;
      }
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  return {
    received,
    target: {
      kind: 'syslog',
      secure: false,
      hostname: '127.0.0.1',
      port,
      path: '',
      allowPrivate: true,
      headers: {},
      ca: undefined,
    },
  };
}

function takeFrame(bytes: Buffer<ArrayBuffer>): { message: string; rest: Buffer<ArrayBuffer> } | undefined {
  const space = bytes.indexOf(' ');
  if (space === -1) return undefined;
  const end = space + 1 + Number(bytes.subarray(0, space));
  if (bytes.length < end) return undefined;
  return { message: bytes.subarray(space + 1, end).toString(), rest: bytes.subarray(end) };
}

/** The grammar of RFC 5424, 6, for one element of structured data. */
const MESSAGE =
  /^<(\d{1,3})>1 (\S+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) \[([!-<>-\\^-~]{1,32}@\d+)((?: [a-z_]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] (\ufeff)?(.*)$/s;

function parseMessage(message: string): ReceivedRecord {
  const [whole, , at = '', , , , event = '', , parameters = '', mark, body = ''] =
    MESSAGE.exec(message) ?? [];
  if (whole === undefined) throw new Error(`Not RFC 5424: ${message}`);
  if (mark === undefined && /[^\0-\x7f]/.test(body)) throw new Error('UTF-8 without its mark');
  const attributes = Object.fromEntries(
    [...parameters.matchAll(/ ([a-z_]+)="((?:[^"\\\]]|\\["\\\]])*)"/g)].map(([, name, value]) => [
      name,
      (value ?? '').replace(/\\(["\\\]])/g, '$1'),
    ]),
  );
  return { at, event, body, attributes };
}
