import { hashTree, manifestId, type Scan } from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { DeployGuard } from '@rig-ops/contract/routes';
import type { AppDetails, ConfigChange, Explanation, RolloutOrder } from '@rig-ops/contract/resources';
import { type Change, compareContents, type Content, type Difference } from '../diff/compare-contents.ts';
import { readContent } from '../diff/release-content.ts';
import { explainBuild } from '../explain/explain-build.ts';
import { readLimits } from '../read-limits.ts';
import { openCache, scanSource } from '../scan-source.ts';
import type { OpenedSource } from '../sources/opened-source.ts';
import { digestOfPlan, type PlanBasis, requireSamePlan } from './plan-digest.ts';

export interface PlanOptions {
  app: string;
  source: OpenedSource;
  rigHome: string;
  config: ConfigChange | undefined;
  rollout?: RolloutOrder | undefined;
  /** Host names that are asked for. */
  domains: readonly string[];
  signal: AbortSignal;
}

export interface DeployPlan extends Difference {
  plan: true;
  app: string;
  /** What `--apply-plan` takes. */
  digest: string;
  hasChanges: boolean;
  against: { release: number | null; config: string | null; platform: string };
  bundle: { id: string; files: number; bytes: number };
}

interface World {
  app: AppDetails | null;
  basis: PlanBasis;
  variables: Map<string, string>;
  /** Those asked for that the app does not have yet. */
  newDomains: readonly string[];
  scan: Scan;
  manifest: BundleManifest;
}

/** What a change of the configuration is about; its values are not to be guessed from a digest. */
const namesIn = (change: ConfigChange | undefined) => ({
  set: change?.set?.map(({ key }) => key) ?? [],
  unset: change?.unset ?? [],
  replace: change?.replace === true,
});

/** Looks at everything that a plan depends on; changes nothing. */
async function lookAtWorld(client: RigClient, options: PlanOptions): Promise<World> {
  const { source, signal } = options;
  const params = { app: options.app };
  const app = await client.call('getApp', { params, signal }).catch((error: unknown) => {
    if (isRigError(error) && error.code === 'app_not_found') return null;
    throw error;
  });
  const config = app === null ? null : await client.call('getConfig', { params, signal });
  const { domains } = options;
  const has = app === null || domains.length === 0 ? [] : await domainsOf(client, options);
  const { version } = await client.call('getVersion', { signal });
  const { scan, manifest } = await readSource(client, options);
  return {
    app,
    scan,
    manifest,
    newDomains: domains.filter((domain) => !has.includes(domain)),
    basis: {
      source: manifestId(manifest),
      release: app?.release ?? null,
      config: config?.configId ?? null,
      platform: version,
      options: {
        root: source.folder,
        config: namesIn(options.config),
        rollout: options.rollout ?? null,
        domains: options.domains,
      },
    },
    variables: changed(
      new Map(config?.variables.map(({ key, updatedAt }) => [key, updatedAt])),
      options.config ?? {},
    ),
  };
}

/**
 * What a deploy would change, compared with what is live.
 * @throws RigError what the build would end with when the source cannot be built
 */
export async function planDeploy(client: RigClient, options: PlanOptions): Promise<DeployPlan> {
  const { signal, source } = options;
  const { app, basis, manifest, newDomains, scan, variables } = await lookAtWorld(client, options);
  const explanation = await explainBuild(client, scan, source.folder, signal);
  if (explanation.failure !== null) throw RigError.fromDocument(explanation.failure);
  const version = app?.release ?? null;
  const before = version === null ? null : await readContent(client, options.app, version, signal);
  const files = new Map(manifest.entries.map((entry) => [entry.path, fileOf(entry)]));
  const after: Content = { files, variables, ...plannedBuild(known(explanation.plan), before) };
  const { changes, files: changedFiles } = compareContents(before, after);
  const all = [
    ...appChanges(options, app),
    ...routeChanges(newDomains),
    ...changes,
    ...rolloutChanges(options.rollout),
  ];
  const sizes = manifest.entries.flatMap((entry) => (entry.type === 'file' ? [entry.size] : []));
  const { release, config, platform } = basis;
  return {
    plan: true,
    app: options.app,
    digest: digestOfPlan(basis),
    // A way to switch over alone changes nothing.
    hasChanges:
      changedFiles === null || changedFiles.length > 0 || all.some(({ area }) => area !== 'rollout'),
    against: { release, config, platform },
    bundle: { id: basis.source, files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) },
    files: changedFiles,
    changes: all,
  };
}

/**
 * Finds out whether a plan still holds.
 * @returns the bundle that was planned, and what the platform is to make sure of
 * @throws RigError `plan_stale`, `invalid_input`
 */
export async function requirePlan(
  client: RigClient,
  digest: string,
  options: PlanOptions,
): Promise<{ bundle: string; guard: DeployGuard }> {
  const { basis } = await lookAtWorld(client, options);
  requireSamePlan(digest, basis);
  const { config, release, source } = basis;
  return { bundle: source, guard: { expect: { config, release } } };
}

const known = (plan: Explanation['plan']): NonNullable<Explanation['plan']> => {
  if (plan === null) throw new Error('The platform explains neither a plan nor why there is none');
  return plan;
};

function fileOf(entry: BundleManifest['entries'][number]): { size: number; digest: string } {
  if (entry.type === 'file') {
    const digest = `${entry.executable ? 'x' : '-'}${entry.size}:${entry.chunks.join('+')}`;
    return { size: entry.size, digest };
  }
  return { size: 0, digest: entry.type === 'symlink' ? `>${entry.target}` : 'd' };
}

/** The instances a process has are not the source's to say. */
const withoutInstances = (text: string | undefined): string | undefined =>
  text?.replace(/ \(\d+ instances\)$/, '');

function plannedBuild(
  plan: NonNullable<Explanation['plan']>,
  before: Content | null,
): Omit<Content, 'files' | 'variables'> {
  const processes = plan.processes.map(({ command, name, site }) => {
    const old = before?.processes.get(name);
    // Which of these folders the site is in only the build tells: the one that it is in now, if it can be.
    const sites = (site ?? []).map((folder) => `the site in ${folder}`);
    const texts = command === null ? sites : [command.join(' ')];
    const same = texts.find((text) => text === withoutInstances(old));
    return [name, same === undefined ? (texts[0] ?? '') : (old ?? same)] as const;
  });
  return {
    detector: plan.detector,
    steps: plan.steps.map(({ name }) => name),
    processes: new Map(processes),
    environment: plan.environment,
    settings: null,
  };
}

const appChanges = ({ app }: PlanOptions, found: AppDetails | null): Change[] =>
  found === null ? [{ area: 'app', name: app, change: 'added', before: null, after: null }] : [];

/** @throws RigError `domain_taken`, `invalid_domain` for one of those asked for that the app cannot have */
async function domainsOf(
  client: RigClient,
  { app, domains, signal }: PlanOptions,
): Promise<readonly string[]> {
  const params = { app };
  await client.call('changeDomains', { params, body: { add: [...domains], check: true }, signal });
  return (await client.call('getDomains', { params, signal })).domains;
}

const routeChanges = (domains: readonly string[]): Change[] =>
  domains.map((name) => ({ area: 'route', name, change: 'added', before: null, after: null }));

const rolloutChanges = (rollout: RolloutOrder | undefined): Change[] =>
  Object.entries(rollout ?? {}).map(([name, value]) => ({
    area: 'rollout',
    name,
    change: 'changed',
    before: null,
    after: typeof value === 'string' ? value : JSON.stringify(value),
  }));

/** What the variables are behind a change; those that are set are as good as changed. */
function changed(variables: Map<string, string>, { replace, set = [], unset = [] }: ConfigChange) {
  const after = new Map(replace === true ? [] : variables);
  for (const { key } of set) after.set(key, 'set with this deploy');
  for (const key of unset) after.delete(key);
  return after;
}

async function readSource(client: RigClient, { rigHome, signal, source }: PlanOptions) {
  const cache = openCache(source, rigHome);
  const limits = await readLimits(client, signal);
  const scan = await scanSource(source, { rigHome, limits, cache, signal });
  const manifest = await hashTree(scan, { signal, ...(cache && { cache }) });
  return { scan, manifest };
}
