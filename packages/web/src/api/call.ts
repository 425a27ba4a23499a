import { PAGE_KEY_HEADER } from '@rig-ops/contract/api-version';
import { routeTable } from '@rig-ops/contract/route-table';
import type { RouteInput, RouteName, RouteOutput } from '@rig-ops/contract/routes';
import { ApiError, readApiError } from './api-error.ts';
import { readPageKey } from './page-key.ts';
import { routeUrl } from './route-url.ts';

type Input<N extends RouteName> = RouteInput<N> & { signal?: AbortSignal };

/** What a route does not need may be left out. */
type Arguments<N extends RouteName> = object extends RouteInput<N> ? [input?: Input<N>] : [input: Input<N>];

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Refusals of what was shown beside the session. */
const ABOUT_TICKETS: ReadonlySet<string> = new Set(['browser_login_refused', 'ticket_refused']);

let onRefused: (error: ApiError) => void = () => undefined;

/** Calls back when the platform does not take this page for anybody any more. */
export function listenForRefusals(callback: (error: ApiError) => void): void {
  onRefused = callback;
}

/**
 * Calls a route of the platform and answers its document.
 * @throws ApiError what the platform says, or `unreachable`; the reason of the signal that stopped it
 */
export async function call<N extends RouteName>(route: N, ...[input]: Arguments<N>): Promise<RouteOutput<N>> {
  const answer = await send(route, input as AnyInput | undefined);
  return (await answer.json()) as RouteOutput<N>;
}

/**
 * Calls a route that answers with bytes or a text, such as a recording.
 * @throws ApiError as {@link call}
 */
export async function callForBody<N extends RouteName>(
  route: N,
  ...[input]: Arguments<N>
): Promise<Response> {
  return send(route, input as AnyInput | undefined);
}

async function send(route: RouteName, input: AnyInput = {}): Promise<Response> {
  const { params, query, body, signal } = input;
  const key = readPageKey();
  const headers: Record<string, string> = {};
  if (key !== null) headers[PAGE_KEY_HEADER] = key;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let answer: Response;
  try {
    answer = await fetch(routeUrl(route, params, query), {
      method: routeTable[route].method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(
      {
        code: 'unreachable',
        message: 'The platform does not answer.',
        hint: 'See whether it runs: `rig platform status`.',
      },
      0,
      { cause },
    );
  }
  if (answer.ok) return answer;
  const error = readApiError(await answer.json().catch(() => null), answer.status);
  const isAboutPage = answer.status === 401 && !ABOUT_TICKETS.has(error.code);
  if (isAboutPage && key !== null && key === readPageKey()) onRefused(error);
  throw error;
}
