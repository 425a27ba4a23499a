import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { ErrorDocument } from '@rig-ops/contract/errors';

export interface TestAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: Record<string, unknown> & { error?: ErrorDocument };
}

/** Sends one request, as raw as the test wants it, on a connection of its own. */
export async function sendRequest(
  options: RequestOptions & { body?: string | Uint8Array | object; token?: string },
): Promise<TestAnswer> {
  const { body, token, headers, ...rest } = options;
  const bytes =
    body === undefined || typeof body === 'string' || body instanceof Uint8Array
      ? body
      : JSON.stringify(body);
  const call = request({
    host: '127.0.0.1',
    agent: false,
    ...rest,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(bytes === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }),
      ...(headers as Record<string, string> | undefined),
    },
  });
  call.end(bytes);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: text === '' ? {} : (JSON.parse(text) as TestAnswer['json']),
  };
}
