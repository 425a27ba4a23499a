import { type EnsureOptions, embeddedStatus, ensureEmbedded, stopEmbedded } from '@rig-ops/client/embedded';

export interface PlatformStop {
  wasRunning: boolean;
  /** Whether it did not react and was killed. */
  forced: boolean;
}

/** Stops the embedded platform; returns when it has gone. */
export async function stopPlatform(options: EnsureOptions): Promise<PlatformStop> {
  const { rigHome, signal, onNote } = options;
  const { running, platform } = await embeddedStatus(rigHome, signal);
  if (!running && platform !== null) {
    // Only a supervisor knows which instances a killed one has left running.
    onNote?.('The supervisor was killed; starting it once more to end what it left running.');
    await ensureEmbedded({ ...options, onNote: () => undefined });
  }
  return await stopEmbedded({ rigHome, ...(signal && { signal }) });
}
