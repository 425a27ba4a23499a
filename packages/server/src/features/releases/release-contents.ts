import type { BundleEntry } from '@rig-ops/contract/bundle-manifest';
import type { ReleaseContent } from '@rig-ops/contract/resources';
import type { BuildStore } from '../builds/build-store.ts';
import type { BundleStore } from '../bundles/bundle-store.ts';
import type { ConfigBook } from '../config/config-book.ts';
import type { ReleaseRecord } from './release-store.ts';
import { toProcesses } from './to-release.ts';

export interface ReleaseContentsOptions {
  bundles: Pick<BundleStore, 'find'>;
  builds: Pick<BuildStore, 'get'>;
  configs: Pick<ConfigBook, 'variablesOf'>;
}

const digestOf = (entry: BundleEntry): string => {
  if (entry.type === 'file') return `${entry.executable ? 'x' : '-'}${entry.size}:${entry.chunks.join('+')}`;
  return entry.type === 'symlink' ? `>${entry.target}` : 'd';
};

/** Nested values by dotted names: `health.path`. */
function* flatten(name: string, value: unknown): Generator<[string, string]> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) yield* flatten(`${name}.${key}`, inner);
  } else if (value !== undefined) yield [name, typeof value === 'string' ? value : JSON.stringify(value)];
}

/** Tells what a release is made of, without the value of any variable. */
export async function readReleaseContent(
  release: ReleaseRecord,
  { builds, bundles, configs }: ReleaseContentsOptions,
): Promise<ReleaseContent> {
  const { appId, bundleId, buildId, configId, detector, runtime, version } = release;
  const { processes: _processes, env, ...settings } = runtime;
  const bundle = await bundles.find(appId, bundleId);
  const build = await builds.get(buildId);
  const variables = await configs.variablesOf(configId);
  return {
    version,
    bundle: bundleId,
    files:
      bundle?.manifest.entries.map((entry) => ({
        path: entry.path,
        type: entry.type,
        size: entry.type === 'file' ? entry.size : 0,
        digest: digestOf(entry),
      })) ?? null,
    detector,
    steps: build?.plan?.steps.map(({ name }) => name) ?? [],
    processes: toProcesses(runtime),
    environment: Object.keys(env).toSorted(),
    settings: Object.fromEntries(
      Object.entries(settings).flatMap(([name, value]) => [...flatten(name, value)]),
    ),
    variables: variables.map(({ key, secret, updatedAt }) => ({ key, secret, updatedAt })),
  };
}
