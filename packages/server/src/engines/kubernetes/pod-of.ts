import { PLATFORM_CLUSTER, type PodSpec } from '@rig-ops/contract/supervisor-clusters';
import { IMAGE_PORT, type ImagePlacement } from '../engine.ts';

/** Where the release does not say. */
const GRACE_SECONDS = 10;
/** Of a namespace: 63 letters, and an app's network has up to 40. */
const PLATFORM_LETTERS = 6;

/** The namespace of a network: the same for ever, and another one for every platform of a cluster. */
const namespaceOf = (network: string, platform: string): string =>
  `rig-${network}-${platform.slice(0, PLATFORM_LETTERS)}`;

/** The pod of a program of a release. */
export function podOf(place: ImagePlacement, platform: string): PodSpec {
  const { image, network, aliases, port, limits, cluster, artifact, health, graceSeconds, once, user } =
    place;
  return {
    cluster: cluster ?? PLATFORM_CLUSTER,
    platform,
    namespace: namespaceOf(network, platform),
    network,
    image,
    ...(user === undefined ? {} : { user }),
    artifact: artifact ?? null,
    port: port === null ? null : { inside: place.inside ?? IMAGE_PORT, outside: port },
    service: port !== null && aliases.length > 0,
    limits: { memoryBytes: limits?.memoryBytes ?? null, cpus: limits?.cpus ?? null },
    health: health ?? null,
    graceSeconds: graceSeconds ?? GRACE_SECONDS,
    ...(once === true ? { once } : {}),
  };
}
