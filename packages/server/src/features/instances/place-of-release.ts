import type { ImagePlacement } from '../../engines/engine.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';

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
  return { image: runtime.image, network, aliases, port: instance?.port ?? null };
}
