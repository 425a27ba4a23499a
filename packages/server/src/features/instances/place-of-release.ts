import type { PodHealth } from '@rig-ops/contract/supervisor-clusters';
import type { ImagePlacement } from '../../engines/engine.ts';
import type { HealthPlan } from '../../detectors/plan.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { RELEASE_PROCESS } from '../rollouts/release-process.ts';

/** Of a probe of the engine, where the release does not say. */
const INTERVAL_SECONDS = 5;
const ANSWER_SECONDS = 5;

/**
 * Where a program of a release runs on an engine of images; undefined for a release that is none. `web` is known in
 * its network by the name of the app, any other process by `<process>.<app>`.
 */
export function placeOfRelease(
  { name, network }: Pick<AppRecord, 'name' | 'network'>,
  { runtime }: Pick<ReleaseRecord, 'runtime'>,
  instance: { process: string; port: number | null } | null,
): ImagePlacement | undefined {
  if (runtime.image === undefined) return undefined;
  const aliases =
    instance === null ? [] : instance.process === 'web' ? [name] : [`${instance.process}.${name}`];
  const process = runtime.processes.find(({ name: each }) => each === instance?.process);
  return {
    image: runtime.image,
    network,
    aliases,
    port: instance?.port ?? null,
    ...(runtime.port === undefined ? {} : { inside: runtime.port }),
    ...(runtime.user === undefined ? {} : { user: runtime.user }),
    health: instance?.port == null ? null : healthOf(runtime.health),
    ...(runtime.graceSeconds === undefined ? {} : { graceSeconds: runtime.graceSeconds }),
    ...(runtime.capabilities === undefined ? {} : { capabilities: runtime.capabilities }),
    // The release command: never started twice.
    once: instance?.process === RELEASE_PROCESS,
    ...(process?.limits === undefined ? {} : { limits: process.limits }),
    // Nothing but rig's own server runs there.
    ...(runtime.readOnly === true || (process !== undefined && 'site' in process) ? { readOnly: true } : {}),
  };
}

/** As far as somebody else than rig can ask it; null where that is not known: a command is run by rig. */
function healthOf({ path, timeoutSeconds, check }: HealthPlan): PodHealth | null {
  if (check?.type === 'command' || (check?.status ?? null) !== null) return null;
  return {
    // Without a path any answer counts, which a probe of HTTP cannot say.
    path: check?.type === 'tcp' ? null : path,
    intervalSeconds: check?.intervalSeconds ?? INTERVAL_SECONDS,
    timeoutSeconds: check?.answerSeconds ?? ANSWER_SECONDS,
    startSeconds: timeoutSeconds,
  };
}
