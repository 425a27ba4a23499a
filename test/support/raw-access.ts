import { once } from 'node:events';

/** Types of frames, as docs/wire.md numbers them. */
const HELLO = 1;
const OPEN = 2;
const ACCEPT = 3;
const CLOSE = 9;

export interface Answer {
  status: number;
  body: Record<string, unknown> & { error?: { code: string; message: string; details?: object } };
}

/** One HTTP request, by nothing of rig's own. */
export async function request(
  url: string,
  token: string,
  [method, path, body]: [method: string, path: string, body?: object],
): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

function frame(type: number, channel: number, json: unknown): Uint8Array<ArrayBuffer> {
  const body = Buffer.from(JSON.stringify(json));
  const head = Buffer.alloc(5);
  head.writeUInt8(type);
  head.writeUInt32BE(channel, 1);
  return Buffer.concat([head, body]);
}

/**
 * Opens a channel as a page in a browser would: with a ticket, a WebSocket of the runtime and frames that are put
 * together here.
 * @returns what ACCEPT says, or the code of the refusal, and how to end it
 */
export async function openRaw(
  url: string,
  ticket: string,
  [kind, params]: [kind: string, params: object],
): Promise<{
  accepted: Record<string, unknown> | undefined;
  code: string;
  end: () => void;
  /** The code of the error that ended the channel behind its ACCEPT; `closed` for none. */
  over: Promise<string>;
}> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/connect`, [
    'rig.wire.v1',
    `rig.ticket.${ticket}`,
  ]);
  socket.binaryType = 'arraybuffer';
  const over = Promise.withResolvers<string>();
  const outcome = Promise.withResolvers<{ accepted: Record<string, unknown> | undefined; code: string }>();
  socket.addEventListener('message', ({ data }) => {
    const bytes = Buffer.from(data as ArrayBuffer);
    if (bytes[0] !== ACCEPT && bytes[0] !== CLOSE) return;
    const text = bytes.subarray(5).toString();
    if (bytes[0] === CLOSE)
      over.resolve(text === '' ? 'closed' : (JSON.parse(text) as { code: string }).code);
    const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    outcome.resolve(
      bytes[0] === ACCEPT
        ? { accepted: json, code: 'accepted' }
        : { accepted: undefined, code: String(json.code) },
    );
  });
  socket.addEventListener('error', () => outcome.resolve({ accepted: undefined, code: 'no handshake' }));
  socket.addEventListener('close', () => over.resolve('closed'));
  socket.addEventListener('close', () => outcome.resolve({ accepted: undefined, code: 'closed' }));
  const opened = once(socket, 'open').catch(() => undefined);
  await Promise.race([opened, outcome.promise]);
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(frame(HELLO, 0, { version: 1 }));
    socket.send(frame(OPEN, 1, { kind, params }));
  }
  return { ...(await outcome.promise), end: () => socket.close(), over: over.promise };
}
