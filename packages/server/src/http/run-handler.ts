import { RigError } from '@rig-ops/contract/errors';
import { type Route, type RouteName, routes } from '@rig-ops/contract/routes';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../features/access/caller.ts';
import type { Names } from '../features/access/resolve-target.ts';
import { checkInput, findProblems } from './check-input.ts';
import { parseQuery } from './parse-query.ts';
import type { RequestContext } from './request-context.ts';
import type { RequestGuard } from './request-guard.ts';
import type { RouteHandlers } from './route-handlers.ts';

/** Whom a route without authentication is given as its caller. */
const ANYONE: Caller = {
  userId: '',
  user: 'anyone',
  kind: 'user',
  owner: false,
  grants: [],
  token: { id: null, name: '', expiresAt: null },
};

/** What takes longer is looked at again before it is answered. */
const LONG_MS = 500;

const checkBody = (route: Route, body: unknown): void => {
  if (route.body === undefined) return;
  if (route.body !== 'binary') {
    checkInput(route.body, body, 'body');
  } else if (!(body instanceof Uint8Array)) {
    throw new RigError('invalid_input', 'The route takes a body of bytes.', {
      hint: 'Send it with content-type application/octet-stream.',
    });
  }
};

/**
 * Checks a request against its route and hands it to the handler.
 * @throws RigError for what does not fit; whatever the handler throws
 */
export async function runHandler(
  name: RouteName,
  handlers: RouteHandlers,
  request: FastifyRequest,
  context: RequestContext,
  options: { guard: RequestGuard; checkAnswers?: boolean },
): Promise<unknown> {
  const route: Route = routes[name];
  const query = parseQuery(route.query, request.query as Record<string, unknown>);
  checkBody(route, request.body);
  if (route.body !== undefined) {
    await options.guard.admitBody(context, { params: request.params as Names, body: request.body });
  }
  // What the table says about this one route was checked above; the compiler cannot follow a union of all.
  const handle = handlers[name] as (request: unknown) => Promise<unknown>;
  const beganAt = performance.now();
  const answer = await handle({
    params: request.params,
    query,
    body: request.body,
    identity: context.identity ?? ANYONE,
    requestId: context.requestId,
    source: context.source,
    page: context.page,
    claim: (caller: Caller) => {
      context.identity = caller;
    },
    signal: context.signal,
  });
  // Whoever waits for news may have been logged out meanwhile. What changed something has been done.
  if (route.method === 'GET' && performance.now() - beganAt > LONG_MS) await options.guard.renew(context);
  if (options.checkAnswers === true && route.response !== 'binary') {
    const problems = findProblems(route.response, answer, name);
    if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join('; '));
  }
  return answer;
}
