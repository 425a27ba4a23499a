import { manifestId, type PackPlan, packChunks, planPacks, type Scan } from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { isRigError } from '@rig-ops/contract/errors';

/** Packs under way at once: enough to fill a connection, few enough to bound memory at three packs. */
const PARALLEL_PACKS = 3;
/** How often what is missing is asked for again before the upload is given up. */
const MAX_ANNOUNCEMENTS = 4;

export interface UploadProgress {
  /** Bytes of content of the bundle that have to go up. */
  totalBytes: number;
  /** Bytes of content that are there, and the share of the packs under way that was sent. */
  doneBytes: number;
}

export interface UploadResult {
  bundle: string;
  files: number;
  /** Bytes of content in the bundle. */
  bytes: number;
  /** Bytes that went over the wire. */
  sentBytes: number;
  /** Bytes of content that did not have to go up: the platform has it, or another file has the same. */
  reusedBytes: number;
}

export interface UploadOptions {
  app: string;
  scan: Scan;
  /** Of the scan. */
  manifest: BundleManifest;
  signal: AbortSignal;
  onProgress: (progress: UploadProgress) => void;
}

/**
 * Brings a scanned tree to the platform: announces its manifest, sends what is missing, commits. Asking
 * again what is missing is how an upload goes on that was cut.
 */
export async function uploadBundle(client: RigClient, options: UploadOptions): Promise<UploadResult> {
  const { app, scan, manifest, signal, onProgress } = options;
  const bundle = manifestId(manifest);
  const params = { app, bundle };
  const bytes = contentBytes(manifest);
  let sentBytes = 0;
  let uploadedBytes = 0;
  for (let announcement = 1; ; announcement += 1) {
    const { committed, missing } = await client.call('putBundle', { params, body: manifest, signal });
    if (!committed) {
      const sent = await sendPacks(client, {
        app,
        scan,
        signal,
        onProgress,
        plans: planPacks(manifest, missing),
      });
      sentBytes += sent.wireBytes;
      uploadedBytes += sent.contentBytes;
    }
    try {
      await client.call('commitBundle', { params, signal });
      break;
    } catch (error) {
      const again =
        isRigError(error) && error.code === 'bundle_incomplete' && announcement < MAX_ANNOUNCEMENTS;
      if (!again) throw error;
    }
  }
  const files = manifest.entries.filter((entry) => entry.type === 'file').length;
  return { bundle, files, bytes, sentBytes, reusedBytes: Math.max(0, bytes - uploadedBytes) };
}

function contentBytes(manifest: BundleManifest): number {
  return manifest.entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
}

interface SendPacksOptions extends Pick<UploadOptions, 'app' | 'scan' | 'signal' | 'onProgress'> {
  plans: PackPlan[];
}

async function sendPacks(
  client: RigClient,
  { app, scan, signal, onProgress, plans }: SendPacksOptions,
): Promise<{ wireBytes: number; contentBytes: number }> {
  const totalBytes = plans.reduce((sum, plan) => sum + plan.contentBytes, 0);
  const waiting = [...plans];
  let acknowledgedBytes = 0;
  let wireBytes = 0;
  const underWay = new Map<PackPlan, number>();
  const tell = () => {
    const sharesBytes = [...underWay.values()].reduce((sum, share) => sum + share, 0);
    onProgress({ totalBytes, doneBytes: acknowledgedBytes + sharesBytes });
  };
  // One failure stops the others: none of them would be committed.
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  const sendOneByOne = async () => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const pack = await packChunks(scan, plan, { signal: stopped });
      const { contentBytes } = plan;
      const key = plan;
      const onSent = (sentBytes: number) => {
        underWay.set(key, Math.min(contentBytes, (sentBytes / pack.bytes.byteLength) * contentBytes));
        tell();
      };
      const params = { app, pack: pack.id };
      await client.upload('putPack', { params, body: pack.bytes, signal: stopped, onProgress: onSent });
      underWay.delete(key);
      acknowledgedBytes += contentBytes;
      wireBytes += pack.bytes.byteLength;
      tell();
    }
  };
  tell();
  try {
    await Promise.all(
      Array.from({ length: PARALLEL_PACKS }, () =>
        sendOneByOne().catch((error: unknown) => {
          failed.abort(error);
          throw error;
        }),
      ),
    );
  } finally {
    waiting.length = 0;
  }
  return { wireBytes, contentBytes: acknowledgedBytes };
}
