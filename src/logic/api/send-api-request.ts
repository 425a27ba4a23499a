import type { RawAnswer, RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';
import type { ApiRequest } from './make-api-request.ts';

export interface ApiAnswer {
  status: number;
  headers: RawAnswer['headers'];
  /** Status line and headers as text. */
  head: string;
  body: Uint8Array;
}

export interface SendOptions {
  paginate: boolean;
  signal: AbortSignal;
  /** Is given the answer as it comes, unless it has to be joined of pages; the body that is answered is empty then. */
  take?: (head: string, chunk: Uint8Array) => Promise<void>;
}

/** Sends a request, or as many as a list has pages. Throws the platform's error, or what stood in the way. */
export async function sendApiRequest(
  rig: RigClient,
  request: ApiRequest,
  { paginate, signal, take }: SendOptions,
): Promise<ApiAnswer> {
  if (paginate && request.method !== 'GET') throw new RigError('usage', '--paginate goes with GET.');
  const first = await rig.send({
    ...request,
    signal,
    ...(take === undefined || paginate
      ? {}
      : { take: async (head, chunk) => await take(describeHead(head), chunk) }),
  });
  const body = paginate ? await followPages(rig, request, first, signal) : first.body;
  return { status: first.status, headers: first.headers, head: describeHead(first), body };
}

/** Joins the lists of all pages: `{"apps": […], "nextCursor": null}`. */
async function followPages(
  rig: RigClient,
  request: ApiRequest,
  first: RawAnswer,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const whole = parsePage(first.body);
  const seen = new Set<unknown>();
  for (let cursor = whole.nextCursor; typeof cursor === 'string'; ) {
    if (seen.has(cursor)) throw new RigError('unexpected', 'The platform answered the same page twice.');
    seen.add(cursor);
    const url = new URL(request.path, 'http://platform');
    url.searchParams.set('cursor', cursor);
    const answer = await rig.send({ ...request, path: url.pathname + url.search, signal });
    const page = parsePage(answer.body);
    for (const [key, value] of Object.entries(page)) {
      const before = whole[key];
      if (Array.isArray(value) && Array.isArray(before))
        whole[key] = [...(before as unknown[]), ...(value as unknown[])];
    }
    cursor = page.nextCursor;
  }
  return Buffer.from(JSON.stringify({ ...whole, nextCursor: null }));
}

function parsePage(body: Uint8Array): Record<string, unknown> {
  try {
    const document = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown> | null;
    if (typeof document === 'object' && document !== null && 'nextCursor' in document) {
      return document;
    }
  } catch {
    // Told below.
  }
  throw new RigError('usage', 'The answer is not a list with pages.', { hint: 'Leave --paginate out.' });
}

function describeHead({ status, headers }: Pick<RawAnswer, 'status' | 'headers'>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return `HTTP ${status}\n${lines.join('\n')}\n\n`;
}
