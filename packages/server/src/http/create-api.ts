import type { IncomingMessage, ServerResponse } from 'node:http';
import { REQUEST_ID_HEADER } from '@rig-ops/contract/api-version';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { RigError } from '@rig-ops/contract/errors';
import { type Route, type RouteName, routes } from '@rig-ops/contract/routes';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Names } from '../features/access/resolve-target.ts';
import { newId } from '../ids.ts';
import type { Logger } from '../logger.ts';
import { addBodyParsers, bodyLimitOf, PACK_BYTES_AT_ONCE } from './body-parsers.ts';
import { answerError } from './answer-error.ts';
import { drainBody } from './drain-body.ts';
import type { RequestAudit } from './request-audit.ts';
import type { RequestGuard } from './request-guard.ts';
import { pageSideOf } from './page-side.ts';
import { type RequestContext, RequestContexts } from './request-context.ts';
import type { RequestSources } from './request-source.ts';
import type { BinaryAnswer, RouteHandlers } from './route-handlers.ts';
import { runHandler } from './run-handler.ts';
import { Slots } from './slots.ts';

export interface ApiDeps {
  readonly handlers: RouteHandlers;
  readonly guard: RequestGuard;
  readonly sources: RequestSources;
  readonly requestAudit: RequestAudit;
  readonly log: Logger;
  /** Aborted when rigd ends. */
  readonly closing: AbortSignal;
  /** Fail a request whose answer breaks its schema; for tests. */
  readonly checkAnswers?: boolean;
}

/** What is answered is for whoever asks alone, and no document a browser shows, frames or guesses the type of. */
const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The API as a function that answers requests of any listener. */
export type Api = (request: IncomingMessage, response: ServerResponse) => void;

/** Builds the API from the contract's table of routes. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const contexts = new RequestContexts();
  const fastify = Fastify({
    logger: false,
    genReqId: () => newId('req'),
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (error, request, reply) => {
      openContext(request, reply, deps, contexts);
      void sendError(error, request, reply, deps, contexts);
    },
  });
  addBodyParsers(fastify);
  fastify.addHook('onRequest', async (request, reply) => {
    const context = openContext(request, reply, deps, contexts);
    const { params, query } = request as { params: Names; query: Names };
    await deps.guard.admit(request.raw, context, { params, query });
  });
  fastify.addHook('onSend', async (request) => writeAudit(request, deps, contexts));
  fastify.setErrorHandler((error, request, reply) => sendError(error, request, reply, deps, contexts));
  fastify.setNotFoundHandler((request) => {
    throw new RigError('route_not_found', `There is no route ${request.method} ${pathOf(request)}.`);
  });
  addRoutes(fastify, deps, contexts);
  await fastify.ready();
  return (request, response) => fastify.routing(request, response);
}

const pathOf = (request: FastifyRequest): string => (request.url.split('?')[0] ?? '').slice(0, 200);

function addRoutes(fastify: FastifyInstance, deps: ApiDeps, contexts: RequestContexts): void {
  const packSlots = new Slots(PACK_BYTES_AT_ONCE);
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    fastify.route({
      method: route.method,
      url: route.path,
      config: { route: name },
      bodyLimit: bodyLimitOf(name),
      ...(route.body === 'binary'
        ? {
            // A body is held in memory until it is verified; those that wait for a slot are not read yet.
            async preParsing(request, reply) {
              const told = Number(request.headers['content-length']);
              const bytes = Number.isSafeInteger(told) ? Math.max(1, told) : BUNDLE_LIMITS.packBytes;
              const release = await packSlots.acquire(contexts.of(request).signal, bytes);
              reply.raw.once('close', release);
            },
          }
        : {}),
      async handler(request, reply) {
        const answer = await runHandler(name, deps.handlers, request, contexts.of(request), deps);
        if (route.text !== undefined) reply.type(route.text);
        reply.code(route.status);
        return route.response === 'binary' ? sendBytes(reply, answer as BinaryAnswer) : reply.send(answer);
      },
    });
  }
}

function sendBytes(reply: FastifyReply, { bytes, headers, stream }: BinaryAnswer): FastifyReply {
  return reply
    .headers({ ...headers, 'content-length': bytes })
    .type('application/octet-stream')
    .send(stream);
}

function openContext(
  request: FastifyRequest,
  reply: FastifyReply,
  { sources, closing }: ApiDeps,
  contexts: RequestContexts,
): RequestContext {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const { route } = request.routeOptions.config as { route?: RouteName };
  const context: RequestContext = {
    requestId: request.id,
    source: sources.of(request.raw),
    page: pageSideOf(request.raw, sources.isSecure(request.raw), (cookie) => {
      void reply.header('set-cookie', cookie);
    }),
    signal: AbortSignal.any([gone.signal, closing]),
    route,
  };
  contexts.set(request, context);
  reply.headers(ANSWER_HEADERS).header(REQUEST_ID_HEADER, request.id);
  return context;
}

async function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { log }: ApiDeps,
  contexts: RequestContexts,
): Promise<FastifyReply> {
  const context = contexts.of(request);
  const { status, error } = answerError(thrown, context.requestId, log);
  context.error = error;
  await drainBody(request.raw);
  const wait = error.details?.retryAfterSeconds;
  if (typeof wait === 'number') reply.header('retry-after', wait);
  return reply.code(status).type('application/json; charset=utf-8').send({ error });
}

/** Runs for every answer, good or bad, before the client has it. */
async function writeAudit(
  request: FastifyRequest,
  { requestAudit }: ApiDeps,
  contexts: RequestContexts,
): Promise<void> {
  const context = contexts.of(request);
  if (context.route === undefined) return;
  const { params, query, body, headers } = request;
  await requestAudit.ended(
    context.route,
    {
      params: params as Record<string, string>,
      query: query as Record<string, unknown>,
      body,
      hasCredentials: headers.authorization !== undefined || context.page.credentials !== undefined,
    },
    context,
  );
}
