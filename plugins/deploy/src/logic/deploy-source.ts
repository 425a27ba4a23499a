import { hashTree, manifestId, type Scan, type StatCache } from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type {
  BuildOptions,
  ConfigChange,
  Deploy,
  Release,
  RolloutOrder,
  Source,
} from '@rig-ops/contract/resources';
import type { DeployGuard } from '@rig-ops/contract/routes';
import type { Ui } from '@rig-ops/kit';
import { formatBytes, sanitise } from '@rig-ops/kit/text';
import { describeLarge, requireSize } from './check-size.ts';
import { DeployWatch, type StepDuration } from './deploy-watch.ts';
import { giveDomains, prepareApp } from './give-domains.ts';
import { endInterrupted } from './cancel-deploy.ts';
import { followPhases } from './follow-phases.ts';
import { orderDeploy } from './order-deploy.ts';
import type { NewApp } from './new-app.ts';
import { type BuildResult, readBuildResult } from './read-build-result.ts';
import { type PhaseReport, runPhases } from './phases.ts';
import { readLimits } from './read-limits.ts';
import { openCache, scanSource } from './scan-source.ts';
import { deployedPaths } from './sources/deployed-paths.ts';
import type { OpenedSource } from './sources/opened-source.ts';
import { planStale } from './plan/plan-digest.ts';
import { showLastLines } from './show-last-lines.ts';
import { type UploadResult, uploadBundle } from './upload-bundle.ts';
import { TransferMeter } from './transfer-meter.ts';

export interface DeploySourceOptions {
  app: string;
  /** What the app is still to be created with; null when it is there. */
  newApp: NewApp | null;
  /** Host names that are routed to it once the release is live. */
  domains: readonly string[];
  source: OpenedSource;
  /** State of rig, where it remembers what it has read. */
  rigHome: string;
  message: string | undefined;
  /** Becomes the app's together with the release. */
  config: ConfigChange | undefined;
  guard: DeployGuard;
  /** Id of the bundle that it must be; undefined for whatever it is. */
  planned: string | undefined;
  /** Whether to return as soon as the platform has taken it over. */
  detach: boolean;
  rollout: RolloutOrder | undefined;
  /** How it comes to its artifact; undefined for the usual way. */
  build: BuildOptions | undefined;
  /** An image that is there already; undefined for one that is built. */
  image: string | undefined;
  ui: Ui;
  /** Whether stderr is a terminal that can be animated. */
  lively: boolean;
  signal: AbortSignal;
}

export interface DeployResult {
  app: string;
  url: string | null;
  /** Null when its end was not waited for. */
  release: Release | null;
  deploy: Deploy;
  /** Null when nothing was uploaded: an earlier deploy was followed. */
  bundle: {
    id: string;
    files: number;
    bytes: number;
    sentBytes: number;
    uploadedBytes: number;
    reusedBytes: number;
  } | null;
  /** Null when nothing was waited for. */
  build: BuildResult | null;
  /** What took how long, in the order it happened. */
  steps: StepDuration[];
  durationMs: number;
}

/** Brings a folder to the platform and follows it until it is live. */
export async function deploySource(client: RigClient, options: DeploySourceOptions): Promise<DeployResult> {
  const { app, source, ui, signal } = options;
  const started = performance.now();
  const steps: StepDuration[] = [];
  const progress: {
    scan?: Scan;
    cache?: StatCache | undefined;
    /** Made before anything goes up only where it has to be a certain one. */
    manifest?: BundleManifest;
    upload?: UploadResult;
    described?: Promise<Source>;
    asked?: boolean;
    watch?: DeployWatch;
  } = {};
  const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work;
    steps.push({ name, durationMs: Math.round(performance.now() - from) });
    return result;
  };
  const scanning = [
    {
      title:
        options.image === undefined
          ? `Scanning ${source.from ?? source.root}`
          : `Reading what rig.toml says beside ${options.image}`,
      run: async (report: PhaseReport) => {
        const read = async () => {
          const { rigHome } = options;
          const limits = await readLimits(client, signal);
          const cache = openCache(source, rigHome);
          const scan = await scanSource(source, { rigHome, limits, cache, signal });
          requireSize(scan, limits);
          progress.scan = scan;
          progress.cache = cache;
          if (options.planned === undefined) return;
          progress.manifest = await hashTree(scan, {
            signal,
            ...(cache && { cache }),
            onProgress: (bytes) => report.progress(`${formatBytes(bytes)} read`),
          });
        };
        await timed('scan', read());
        return describeScan(known(progress.scan));
      },
    },
  ];
  const phases = [
    {
      title: `Uploading to ${app}`,
      run: async (report: PhaseReport) => {
        await prepareApp(client, options);
        const scan = known(progress.scan);
        progress.described = source.describe(deployedPaths(scan));
        // What went wrong is told where it is asked for.
        progress.described.catch(() => undefined);
        const meter = new TransferMeter();
        const upload = uploadBundle(client, {
          app,
          scan,
          ...(progress.manifest && { manifest: progress.manifest }),
          cache: progress.cache,
          signal,
          onProgress: (now) => report.progress(meter.describe(now)),
        });
        progress.upload = await timed('upload', upload);
        return describeUpload(progress.upload);
      },
    },
    {
      title: `Asking for a deploy of ${app}`,
      run: async () => {
        const { bundle } = known(progress.upload);
        const body = {
          bundle,
          guard: options.guard,
          ...messageOf(options, await known(progress.described)),
          source: await known(progress.described),
          ...(options.config === undefined ? {} : { config: options.config }),
          ...(options.rollout === undefined ? {} : { rollout: options.rollout }),
          ...(options.build === undefined ? {} : { build: options.build }),
          ...(options.image === undefined ? {} : { image: options.image }),
        };
        progress.asked = true;
        signal.throwIfAborted();
        const order = await orderDeploy(client, 'createDeploy', { params: { app }, body }, signal);
        progress.watch = new DeployWatch(client, order.deploy, { signal, showBuildLog: !ui.machine });
        return describeOrder(order);
      },
    },
  ];
  try {
    await runPhases(scanning, ui, options.lively);
    if (options.planned !== undefined && manifestId(known(progress.manifest)) !== options.planned)
      throw planStale(['source']);
    // Before anything goes up, and between two lists of tasks: a live one owns the terminal.
    tellAbout(known(progress.scan), source, ui);
    await runPhases(phases, ui, options.lively);
    if (!options.detach) await runPhases(followPhases(known(progress.watch)), ui, options.lively);
    await giveDomains(client, options);
  } catch (error) {
    if (signal.aborted) {
      const { asked = false, watch } = progress;
      throw await endInterrupted(client, app, { asked, deploy: watch?.deploy.id, ui, signal });
    }
    // Plain lines of the log of the build are still there to be read; a live list has taken them away.
    const isShown = !options.lively && progress.watch?.failedInShownLog === true;
    if (!isShown) showLastLines(error, ui);
    throw error;
  }
  const watch = known(progress.watch);
  const { deploy } = watch;
  const version = String(deploy.release);
  const [release, build] = options.detach
    ? [null, null]
    : await Promise.all([
        client.call('getRelease', { params: { app, version }, signal }),
        readBuildResult(client, deploy, signal),
      ]);
  const { bundle: id, ...counts } = known(progress.upload);
  return {
    app,
    url: deploy.url,
    release,
    deploy,
    bundle: { id, ...counts },
    build,
    steps: [...steps, ...watch.steps],
    durationMs: Math.round(performance.now() - started),
  };
}

function tellAbout(scan: Scan, source: OpenedSource, ui: Ui): void {
  for (const text of [...source.notes, ...scan.notes]) ui.note(sanitise(text));
  const large = describeLarge(scan);
  if (large !== null) ui.warn(large);
}

/** What is said about the release: what was given, else the first line of the commit. */
function messageOf({ message }: DeploySourceOptions, { git }: Source): { message?: string } {
  const text = message ?? git?.subject ?? '';
  return text === '' ? {} : { message: text };
}

function describeOrder({ attached, deploy }: { attached: boolean; deploy: Deploy }): string {
  if (attached) return `The same is under way already, as ${deploy.id}`;
  return deploy.status === 'queued' ? `${deploy.id} waits for its turn` : `${deploy.id} has begun`;
}

function describeScan({ entries }: Scan): string {
  const sizes = entries.flatMap((entry) => (entry.type === 'file' ? [entry.size] : []));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return `Found ${sizes.length} ${sizes.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
}

function describeUpload({ sentBytes, uploadedBytes, reusedBytes }: UploadResult): string {
  const sent =
    uploadedBytes === 0
      ? 'Nothing new to send'
      : `Sent ${formatBytes(uploadedBytes)}, ${formatBytes(sentBytes)} compressed`;
  return reusedBytes === 0 ? sent : `${sent}, ${formatBytes(reusedBytes)} already there`;
}

/** What the phase before has left. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A phase of the deploy ran before the one it builds on');
  return value;
}
