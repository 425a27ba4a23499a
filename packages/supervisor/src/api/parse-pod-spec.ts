import { RigError } from '@rig-ops/contract/errors';
import type { PodArtifact, PodHealth, PodSpec } from '@rig-ops/contract/supervisor-clusters';
import { requireNumber, requireObject, requireText } from './require.ts';

/** @throws RigError `invalid_input` */
export function parsePodSpec(value: unknown): PodSpec {
  const spec = requireObject(value, 'pod');
  return {
    cluster: requireText(spec.cluster, 'pod.cluster'),
    platform: requireText(spec.platform, 'pod.platform'),
    namespace: requireText(spec.namespace, 'pod.namespace'),
    network: requireText(spec.network, 'pod.network'),
    image: requireText(spec.image, 'pod.image'),
    ...(spec.user === undefined ? {} : { user: requireNumbers(spec.user) }),
    artifact: spec.artifact === null ? null : parseArtifact(spec.artifact),
    port: spec.port === null ? null : parsePort(spec.port),
    service: spec.service === true,
    limits: parseLimits(spec.limits),
    health: spec.health === null ? null : parseHealth(spec.health),
    graceSeconds: requireNumber(spec.graceSeconds, 'pod.graceSeconds'),
    ...(spec.once === true ? { once: true } : {}),
  };
}

function parsePort(value: unknown): NonNullable<PodSpec['port']> {
  const port = requireObject(value, 'pod.port');
  return {
    inside: requireNumber(port.inside, 'pod.port.inside'),
    outside: requireNumber(port.outside, 'pod.port.outside'),
  };
}

function parseArtifact(value: unknown): PodArtifact {
  const artifact = requireObject(value, 'pod.artifact');
  return {
    url: requireText(artifact.url, 'pod.artifact.url'),
    key: requireText(artifact.key, 'pod.artifact.key'),
    sha256: requireText(artifact.sha256, 'pod.artifact.sha256'),
    bytes: requireNumber(artifact.bytes, 'pod.artifact.bytes'),
    authority: artifact.authority === null ? null : requireText(artifact.authority, 'pod.artifact.authority'),
  };
}

function parseLimits(value: unknown): PodSpec['limits'] {
  const limits = requireObject(value, 'pod.limits');
  const orNull = (name: keyof PodSpec['limits']) =>
    limits[name] === null ? null : requireNumber(limits[name], `pod.limits.${name}`);
  return { memoryBytes: orNull('memoryBytes'), cpus: orNull('cpus') };
}

function parseHealth(value: unknown): PodHealth {
  const health = requireObject(value, 'pod.health');
  return {
    path: health.path === null ? null : requireText(health.path, 'pod.health.path'),
    intervalSeconds: requireNumber(health.intervalSeconds, 'pod.health.intervalSeconds'),
    timeoutSeconds: requireNumber(health.timeoutSeconds, 'pod.health.timeoutSeconds'),
    startSeconds: requireNumber(health.startSeconds, 'pod.health.startSeconds'),
  };
}

function requireNumbers(value: unknown): string {
  const user = requireText(value, 'pod.user');
  if (/^[0-9]+(?::[0-9]+)?$/.test(user)) return user;
  throw new RigError('invalid_input', 'pod.user must be a number, or two with a colon between them.');
}
