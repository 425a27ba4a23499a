import { isRigError, RigError } from '@rig-ops/contract/errors';

const sayings = [
  {
    code: 'image_registry_unreachable',
    says: /no such host|connection refused|i\/o timeout|deadline exceeded|timeout awaiting|network is unreachable|no route to host|server gave HTTP response|certificate|x509|tls:|EOF|connection reset|broken pipe|temporary failure|server misbehaving|proxyconnect/i,
    message: (host: string) => `The registry ${host} cannot be reached by the Docker daemon`,
    hint: 'Look whether it runs, and whether the daemon trusts it: TLS, or an address of this machine. Then deploy again: what is built is in the cache.',
  },
  {
    code: 'image_push_denied',
    says: /denied|unauthorized|authentication required|no basic auth credentials|incorrect username|forbidden|insufficient_scope/i,
    message: (host: string) => `The registry ${host} does not let this platform push`,
    hint: undefined,
  },
  {
    code: 'image_push_failed',
    says: /no space left|quota|insufficient storage|status(?: code)?:? 507|too large|413/i,
    message: (host: string) => `The registry ${host} has no room for the image`,
    hint: 'Make room in it, or push elsewhere: `rig platform start --registry HOST/PATH`. Then deploy again.',
  },
  {
    code: 'image_push_failed',
    says: /HTTP status: 5\d\d|unknown error/i,
    message: (host: string) => `The registry ${host} failed while it took the image`,
    hint: 'Look into the log of the registry: it may have no room left. Then deploy again: what is built is in the cache.',
  },
  {
    code: 'image_push_failed',
    says: /unsupported|405|read.?only/i,
    message: (host: string) => `The registry ${host} takes no images, it may be read-only`,
    hint: 'Let it take images, or push elsewhere: `rig platform start --registry HOST/PATH`. Then deploy again.',
  },
] as const;

/** Why a daemon could not push an image, in rig's words; anything that the registry has no part in stays what it is. */
export function explainPush(
  thrown: unknown,
  { build, host, image }: { build: string; host: string; image: string },
): unknown {
  if (!isRigError(thrown) || !['docker_refused', 'docker_not_permitted', 'disk_full'].includes(thrown.code))
    return thrown;
  const said = thrown.message.replace(/^The Docker daemon says: /, '').replace(/\.$/, '');
  const found = sayings.find(({ says }) => says.test(said));
  const details = { build, image, registry: host };
  if (found === undefined)
    return new RigError('image_push_failed', `The registry ${host} did not take the image: ${said}.`, {
      details,
    });
  return new RigError(found.code, `${found.message(host)}: ${said}.`, {
    details,
    ...(found.hint === undefined ? {} : { hint: found.hint }),
  });
}
