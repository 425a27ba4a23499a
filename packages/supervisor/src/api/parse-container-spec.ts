import { RigError } from '@rig-ops/contract/errors';
import {
  type ContainerLimits,
  type ContainerSpec,
  ROOT_CAPABILITIES,
  type RootCapability,
} from '@rig-ops/contract/supervisor-containers';
import { requireNumber, requireObject, requireStrings, requireText } from './require.ts';

/** @throws RigError `invalid_input` */
export function parseContainerSpec(value: unknown): ContainerSpec {
  const spec = requireObject(value, 'container');
  const ports = Array.isArray(spec.ports) ? spec.ports : [];
  return {
    image: requireText(spec.image, 'container.image'),
    network: spec.network === null ? null : parseNetwork(spec.network),
    ports: ports.map((port: unknown, index) => {
      const what = `container.ports[${index}]`;
      const { inside, outside } = requireObject(port, what);
      return {
        inside: requireNumber(inside, `${what}.inside`),
        outside: requireNumber(outside, `${what}.outside`),
      };
    }),
    limits: parseLimits(spec.limits),
    ...(spec.capabilities === undefined ? {} : { capabilities: parseCapabilities(spec.capabilities) }),
    readOnly: spec.readOnly === true,
    user: spec.user === null ? null : requireText(spec.user, 'container.user'),
  };
}

/** Whoever asks for more than root is ever given is refused. */
function parseCapabilities(value: unknown): RootCapability[] {
  const asked = requireStrings(value, 'container.capabilities');
  const known = ROOT_CAPABILITIES.filter((name) => asked.includes(name));
  if (asked.every((name) => (known as string[]).includes(name))) return known;
  throw new RigError('invalid_input', `container.capabilities takes ${ROOT_CAPABILITIES.join(', ')} alone.`);
}

function parseNetwork(value: unknown): ContainerSpec['network'] {
  const network = requireObject(value, 'container.network');
  return {
    name: requireText(network.name, 'container.network.name'),
    aliases: requireStrings(network.aliases, 'container.network.aliases'),
  };
}

function parseLimits(value: unknown): ContainerLimits {
  const limits = requireObject(value, 'container.limits');
  const orNull = (name: keyof ContainerLimits) =>
    limits[name] === null ? null : requireNumber(limits[name], `container.limits.${name}`);
  return { memoryBytes: orNull('memoryBytes'), cpus: orNull('cpus'), processes: orNull('processes') };
}
