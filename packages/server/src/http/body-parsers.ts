import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import { RigError } from '@rig-ops/contract/errors';
import { type Route, type RouteName, routes } from '@rig-ops/contract/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const SMALL_BODY_BYTES = 1024 * 1024;

/** Paths of a source and the few texts that decide how it is built. */
const EXPLAIN_BODY_BYTES = 8 * 1024 * 1024;

/** Bodies of packs that are in memory at the same time, in bytes. */
export const PACK_BYTES_AT_ONCE = 4 * BUNDLE_LIMITS.packBytes;

/** The largest body of a route, in bytes. */
export function bodyLimitOf(name: RouteName): number {
  const route: Route = routes[name];
  if (route.body === 'binary') return BUNDLE_LIMITS.packBytes;
  if (name === 'explainBuild') return EXPLAIN_BODY_BYTES;
  return name === 'putBundle' || name === 'putBlocks' ? BUNDLE_LIMITS.manifestBytes : SMALL_BODY_BYTES;
}

const decompress = promisify(zstdDecompress);

/** What a body is without its `content-encoding` (RFC 9110); it may not grow beyond what it could be without. */
async function decodeBody(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined) return body;
  if (encoding !== 'zstd') {
    throw new RigError(
      'invalid_input',
      `A body encoded as ${JSON.stringify(encoding.slice(0, 50))} is not taken.`,
    );
  }
  const { bodyLimit } = request.routeOptions;
  try {
    return await decompress(body, { maxOutputLength: bodyLimit ?? SMALL_BODY_BYTES, chunkSize: 256 * 1024 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new RigError('body_too_large', 'The body unpacks to more than the route takes.', { cause });
    }
    throw new RigError('malformed_json', 'The body cannot be unpacked as zstd.', { cause });
  }
}

/** JSON and bytes; nothing else. An empty body counts as none, whatever its content-type. */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) return undefined;
      const plain = await decodeBody(request, body);
      try {
        return JSON.parse(plain.toString()) as unknown;
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
