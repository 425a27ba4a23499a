import { RigError } from '@rig-ops/contract/errors';
import { type Route, type RouteName, routes } from '@rig-ops/contract/routes';
import type { FastifyRequest } from 'fastify';
import { checkInput, findProblems } from './check-input.ts';
import { checkParams } from './check-params.ts';
import { parseQuery } from './parse-query.ts';
import type { RequestContext } from './request-context.ts';
import type { RouteHandlers } from './route-handlers.ts';

/** Whom a route without authentication is given as its caller. */
const ANYONE = { user: 'anyone', role: 'none' };

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
  options: { checkAnswers?: boolean },
): Promise<unknown> {
  const route: Route = routes[name];
  checkParams(request.params as Record<string, string>);
  const query = parseQuery(route.query, request.query as Record<string, unknown>);
  checkBody(route, request.body);
  // What the table says about this one route was checked above; the compiler cannot follow a union of all.
  const handle = handlers[name] as (request: unknown) => Promise<unknown>;
  const answer = await handle({
    params: request.params,
    query,
    body: request.body,
    identity: context.identity ?? ANYONE,
    requestId: context.requestId,
    signal: context.signal,
  });
  if (options.checkAnswers === true) {
    const problems = findProblems(route.response, answer, name);
    if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join('; '));
  }
  return answer;
}
