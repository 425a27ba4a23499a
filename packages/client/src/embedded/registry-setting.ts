import { RigError } from '@rig-ops/contract/errors';

const HOST =
  /^(?:localhost|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+|\[[0-9a-f:]+\]|[a-z0-9-]+(?=:\d))(?::\d{1,5})?$/i;
const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
/** What a name of an image may have, less that of the app behind it. */
const MOST_CHARACTERS = 180;

/**
 * The place in a registry that images of apps are pushed to, as `ghcr.io/team` or `127.0.0.1:5000`.
 * @param source of the text, for people
 * @throws RigError `invalid_input`, which does not tell what may be a password
 */
export function checkRegistry(text: string, source: string): string {
  const wrong = (why: string, hint = 'Write it as ghcr.io/TEAM or registry.example.com:5000/apps.') =>
    new RigError('invalid_input', `${source} is no place in a registry: ${why}.`, { hint });
  if (text.includes('@'))
    throw wrong(
      'there is an @ in it',
      'Credentials come in a file of `docker login`: `rig platform start --docker-config FILE`.',
    );
  if (/^[a-z]+:\/\//i.test(text)) throw wrong('it begins as a URL does');
  const place = text.replace(/\/+$/, '');
  const slash = place.indexOf('/');
  const [host, path] = slash === -1 ? [place, null] : [place.slice(0, slash), place.slice(slash + 1)];
  if (!HOST.test(host))
    throw wrong(`${JSON.stringify(host.slice(0, 100))} is no host`, 'Docker Hub is docker.io/NAME.');
  if (Number(/:(\d+)$/.exec(host)?.[1] ?? 0) > 65_535) throw wrong('there is no such port');
  if (path === null && host === 'docker.io')
    throw wrong('Docker Hub wants to know whose', 'Name a user or an organisation: docker.io/NAME.');
  if (path === null) return place;
  if (path.includes(':')) throw wrong('tags are given by rig');
  if (!PATH.test(path))
    throw wrong(
      path === path.toLowerCase()
        ? 'its path has characters that none has'
        : 'its path has upper-case letters',
    );
  if (place.length > MOST_CHARACTERS) throw wrong(`it is longer than ${MOST_CHARACTERS} characters`);
  return place;
}
