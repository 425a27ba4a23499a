import type { Writable } from 'node:stream';
import type { Channel } from '@rig-ops/wire';

/** Carries a channel's stdin to a program until either ends. A program may close its stdin; that is no error. */
export async function pumpInput(channel: Channel, stream: number, target: Writable): Promise<void> {
  let open = true;
  const closed = new Promise<void>((resolve) => {
    target.once('close', () => {
      open = false;
      resolve();
    });
  });
  target.on('error', () => target.destroy());
  try {
    for await (const bytes of channel.read(stream)) {
      if (!open) break;
      if (target.write(bytes)) continue;
      await Promise.race([new Promise<void>((resolve) => target.once('drain', resolve)), closed]);
    }
    target.end();
  } catch {
    target.destroy();
  }
}
