import { setTimeout as sleep } from 'node:timers/promises';
import { RigClient } from '@rig-ops/client';
import { type EnsureOptions, embeddedStatus, ensureEmbedded } from '@rig-ops/client/embedded';
import { readEngine } from './read-engine.ts';
import type { EngineKind } from '@rig-ops/contract/supervisor';
import type { DockerReport } from '@rig-ops/contract/supervisor-containers';
import type { Status } from '@rig-ops/contract/resources';

export interface PlatformStart {
  /** False when it ran already. */
  started: boolean;
  version: string;
  url: string;
  /** Where other machines reach it; null when they do not. */
  publicUrl: string | null;
  /** Null while the edge does not listen. */
  edgeUrl: string | null;
  /** What apps run on. */
  engine: EngineKind;
  /** The daemon of containers; null where none is used. */
  docker: DockerReport | null;
  /** Where images that are built are pushed to; null for nowhere. */
  registry: string | null;
  socket: string;
  /** Process id of rigd. */
  pid: number;
}

/** The edge starts beside rigd and listens a moment later. */
const EDGE_PATIENCE_MS = 2_000;
const POLL_MS = 50;

/** Starts the embedded platform unless it runs, and tells where it is. Throws what `ensureEmbedded` throws. */
export async function startPlatform(options: EnsureOptions): Promise<PlatformStart> {
  const before = await embeddedStatus(options.rigHome, options.signal);
  const target = await ensureEmbedded(options);
  const client = new RigClient(target);
  try {
    const platform = await askWithEdge(client, options.signal);
    const { platform: record, state } = await embeddedStatus(options.rigHome, options.signal);
    return {
      started: !before.running,
      version: platform.version,
      url: platform.url,
      publicUrl: record?.publicUrl ?? null,
      edgeUrl: platform.edgeUrl,
      ...(await readEngine(options.rigHome, state)),
      socket: 'socketPath' in target ? target.socketPath : '',
      pid: platform.pid,
    };
  } finally {
    await client.close();
  }
}

async function askWithEdge(client: RigClient, signal: AbortSignal | undefined): Promise<Status['platform']> {
  const deadline = performance.now() + EDGE_PATIENCE_MS;
  for (;;) {
    const { platform } = await client.call('getStatus', signal === undefined ? {} : { signal });
    if (platform.edgeUrl !== null || performance.now() >= deadline) return platform;
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
