import { RigError } from '@rig-ops/contract/errors';

/** Name of an image in its parts (distribution/reference). */
export interface ImageReference {
  /** `docker.io`, or host and port of another registry. */
  registry: string;
  /** Path in it, as `library/nginx`. */
  repository: string;
  tag: string | null;
  /** `sha256:…`; wins over the tag. */
  digest: string | null;
  /** As people write it: without `docker.io/library/`, with the tag or digest. */
  shown: string;
}

const NAME = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const HOST =
  /^(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\[[0-9a-fA-F:]+\]|[A-Za-z0-9-]+(?=:))(?::[0-9]+)?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HUB = 'docker.io';

/** @throws RigError `image_name_invalid` */
export function parseReference(text: string): ImageReference {
  const wrong = (why: string) =>
    new RigError(
      'image_name_invalid',
      `${JSON.stringify(text.slice(0, 200))} is no name of an image: ${why}.`,
    );
  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  if (digest !== null && !DIGEST.test(digest)) throw wrong('behind @ there is no sha256 digest');
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : null;
  if (tag !== null && !TAG.test(tag)) throw wrong(`${JSON.stringify(tag)} is no tag`);
  const path = hasTag ? named.slice(0, colon) : named;
  const slash = path.indexOf('/');
  const first = slash === -1 ? '' : path.slice(0, slash);
  const isHost = first !== '' && HOST.test(first);
  const registry = isHost && first !== 'index.docker.io' ? first : HUB;
  const rest = isHost ? path.slice(slash + 1) : path;
  if (/^[0-9a-f]{64}$/.test(rest)) throw wrong('an id is only known where the image is');
  if (!NAME.test(rest) || rest.length > 255)
    throw wrong(
      rest === rest.toLowerCase() ? 'it has characters that none has' : 'it has upper-case letters',
    );
  const repository = registry === HUB && !rest.includes('/') ? `library/${rest}` : rest;
  const short = registry === HUB ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
  const effective = tag ?? (digest === null ? 'latest' : null);
  return {
    registry,
    repository,
    tag: effective,
    digest,
    shown: `${short}${effective === null ? '' : `:${effective}`}${digest === null ? '' : `@${digest}`}`,
  };
}

/** As a daemon is asked for it. */
export const nameOf = ({ registry, repository }: ImageReference): string => `${registry}/${repository}`;
