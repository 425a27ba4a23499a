/**
 * Credentials of registries of images, as `docker login` writes them into its file and as clusters take them
 * (`kubernetes.io/dockerconfigjson`).
 */

export interface DockerAuth {
  /** Base64 of `user:password`. */
  auth?: string;
  /** In the place of a password; clusters do not take it. */
  identitytoken?: string;
}

export type DockerAuths = Readonly<Record<string, DockerAuth>>;

export const DOCKER_HUB = 'docker.io';

/** What clients of Docker have called Docker Hub over the years, the usual one first. */
const HUB_KEYS = ['https://index.docker.io/v1/', 'index.docker.io', DOCKER_HUB, 'registry-1.docker.io'];

/** By which every client finds the credentials of a registry. @param registry {@link DOCKER_HUB}, or host and port */
export const authKeyOf = (registry: string): string =>
  registry === DOCKER_HUB ? (HUB_KEYS[0] ?? registry) : registry;

/** Those of a registry, whatever it is called in the file. */
export function authOf(auths: DockerAuths, registry: string): DockerAuth | undefined {
  const keys =
    registry === DOCKER_HUB
      ? HUB_KEYS
      : [registry, `https://${registry}`, `https://${registry}/`, `http://${registry}`];
  return keys.map((key) => auths[key]).find((entry) => entry !== undefined);
}

/** The registry of a well-formed name of an image (distribution/reference). */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (first === 'localhost' || /[.:]/.test(first));
  return isHost && first !== 'index.docker.io' ? first : DOCKER_HUB;
}
