import { isRigError, RigError } from '@rig-ops/contract/errors';

/** A daemon passes on what registries and its own client say, in words alone. */
const sayings = [
  {
    code: 'image_denied',
    says: /denied|unauthorized|authentication required|no basic auth credentials|forbidden|insufficient_scope/i,
    message: (image: string) => `The registry does not give ${image} to this platform`,
  },
  {
    code: 'image_not_found',
    says: /manifest unknown|not found|does not exist|name unknown|no such image|no matching manifest/i,
    message: (image: string) => `There is no image ${image}`,
  },
  {
    code: 'image_registry_unreachable',
    says: /no such host|connection refused|timeout|deadline exceeded|network is unreachable|no route to host|server gave HTTP response|certificate|x509|tls:|EOF|server misbehaving|connection reset|temporary failure|proxyconnect|status (?:code )?5\d\d/i,
    message: (image: string) => `The registry of ${image} does not answer`,
  },
] as const;

/** What a daemon said when it asked a registry for an image, in rig's words; undefined where it is about something else. */
export function explainRegistry(image: string, said: string): RigError | undefined {
  // Nobody reached is no answer about the image, whatever else is said.
  const found = sayings.toReversed().find(({ says }) => says.test(said));
  if (found === undefined) return undefined;
  const detail = said
    .replace(/^The Docker daemon says: /, '')
    .replace(/^Error response from daemon: /, '')
    .replace(/\.$/, '');
  return new RigError(found.code, `${found.message(image)}: ${detail}.`, { details: { image } });
}

/** The same for what was thrown; anything else stays what it is. */
export function toRegistryError(image: string, thrown: unknown): unknown {
  if (!isRigError(thrown)) return thrown;
  const isSaid = [
    'docker_refused',
    'docker_not_found',
    'docker_not_permitted',
    'image_not_found',
    'docker_conflict',
  ];
  return isSaid.includes(thrown.code) ? (explainRegistry(image, thrown.message) ?? thrown) : thrown;
}
