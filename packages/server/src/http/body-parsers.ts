import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { type Route, type RouteName, routes } from '@rig-ops/contract/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const SMALL_BODY_BYTES = 1024 * 1024;
/** A manifest of BUNDLE_LIMITS.entries files with paths of usual length; about 250 bytes per entry. */
const MANIFEST_BODY_BYTES = 64 * 1024 * 1024;

/** Bodies of packs that are in memory at the same time. */
export const MAX_PACKS_AT_ONCE = 4;

/** The largest body of a route, in bytes. */
export function bodyLimitOf(name: RouteName): number {
  const route: Route = routes[name];
  if (route.body === 'binary') return BUNDLE_LIMITS.packBytes;
  return name === 'putBundle' ? MANIFEST_BODY_BYTES : SMALL_BODY_BYTES;
}

/** JSON and bytes; nothing else. An empty body counts as none, whatever its content-type. */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) return undefined;
      try {
        return JSON.parse(body.toString()) as unknown;
      } catch (cause) {
        throw new RigError('malformed_json', 'The body cannot be parsed as JSON.', { cause });
      }
    },
  );
  fastify.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => body,
  );
}
