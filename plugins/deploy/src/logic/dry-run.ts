import { contentBytes, largestFiles, type LeftOut, type Scan, type ScannedEntry } from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { isRigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { Ui } from '@rig-ops/kit';
import { formatBytes, sanitise } from '@rig-ops/kit/text';
import { describeLarge, requireSize } from './check-size.ts';
import { readLimits } from './read-limits.ts';
import { openCache, scanSource } from './scan-source.ts';
import type { OpenedSource } from './sources/opened-source.ts';

/** What a deploy would upload. */
export interface DryRunResult {
  dryRun: true;
  app: string;
  root: string;
  files: number;
  bytes: number;
  entries: DryRunEntry[];
  ignored: LeftOut[];
  notes: string[];
  /** Of the platform; null when it could not be asked. */
  limits: BundleLimits | null;
}

interface DryRunEntry {
  type: ScannedEntry['type'];
  path: string;
  size?: number;
  executable?: boolean;
  target?: string;
}

export interface DryRunOptions {
  app: string;
  source: OpenedSource;
  rigHome: string;
  ui: Ui;
  signal: AbortSignal;
}

const SHOWN_FILES = 10;
const SHOWN_IGNORED = 50;

/**
 * Shows what would be uploaded, and changes nothing. Fails as the deploy would for what is wrong with
 * the source; `client` is undefined where there is no platform to ask for its limits.
 */
export async function dryRun(client: RigClient | undefined, options: DryRunOptions): Promise<DryRunResult> {
  const { app, source, rigHome, ui, signal } = options;
  const limits = client === undefined ? null : await askLimits(client, options);
  const cache = openCache(source, rigHome);
  const scan = await scanSource(source, { rigHome, limits: limits ?? BUNDLE_LIMITS, cache, signal });
  for (const note of scan.notes) ui.note(sanitise(note));
  show(scan, options);
  requireSize(scan, limits ?? BUNDLE_LIMITS);
  const large = describeLarge(scan);
  if (large !== null) ui.warn(large);
  return {
    dryRun: true,
    app,
    root: source.from ?? source.root,
    files: countFiles(scan),
    bytes: contentBytes(scan),
    entries: scan.entries.map(toEntry),
    ignored: scan.ignored,
    notes: scan.notes,
    limits,
  };
}

async function askLimits(client: RigClient, { ui, signal }: DryRunOptions): Promise<BundleLimits | null> {
  try {
    return await readLimits(client, signal);
  } catch (error) {
    const away = isRigError(error) && error.exitCode === ExitCode.unreachable;
    if (!away) throw error;
    ui.note('The platform does not answer: its limits are not checked.');
    return null;
  }
}

function show(scan: Scan, { app, source, ui }: DryRunOptions): void {
  const files = countFiles(scan);
  const what = `${files} ${files === 1 ? 'file' : 'files'}, ${formatBytes(contentBytes(scan))}`;
  ui.print(`${what} of ${source.from ?? source.root} would be uploaded to ${app}`);
  const largest = largestFiles(scan, SHOWN_FILES);
  ui.print(`\n${ui.style('strong', files > largest.length ? 'LARGEST FILES' : 'FILES')}`);
  for (const { path, size } of largest) ui.print(`  ${formatBytes(size).padStart(7)}  ${sanitise(path)}`);
  if (scan.ignored.length === 0) return;
  ui.print(`\n${ui.style('strong', 'LEFT OUT')}`);
  const shown = scan.ignored.slice(0, SHOWN_IGNORED);
  const width = Math.min(40, Math.max(...shown.map(({ path }) => path.length)));
  for (const { path, rule } of shown) {
    ui.print(`  ${sanitise(path).padEnd(width)}  ${ui.style('dim', sanitise(rule))}`);
  }
  const more = scan.ignored.length - shown.length;
  if (more > 0) ui.print(`  and ${more} more, which -o json lists`);
}

function countFiles({ entries }: Scan): number {
  return entries.filter(({ type }) => type === 'file').length;
}

function toEntry(entry: ScannedEntry): DryRunEntry {
  if (entry.type !== 'file') return entry;
  const { type, path, size, executable } = entry;
  return { type, path, size, executable };
}
