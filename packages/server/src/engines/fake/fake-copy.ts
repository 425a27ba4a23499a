import type { CopyExit } from '@rig-ops/contract/channels';
import { ChannelStream } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { OpenRequest } from '@rig-ops/wire';

/** What a copy out of the fake engine finds: one file. */
const FAKE_FILE = { path: 'file.txt', content: 'fake\n' };

/** Answers a `copy` channel as a machine would that takes everything and has one file, to be had as it is. */
export async function serveFakeCopy(request: OpenRequest): Promise<void> {
  const { session, instance, direction, path, raw } = request.params as CopySpec;
  const channel = request.accept({ session, instance });
  if (direction === 'out' && (path !== FAKE_FILE.path || !raw)) {
    channel.close(toErrorDocument(new RigError('path_not_found', `There is no ${path}.`)));
    return;
  }
  let bytes = 0;
  if (direction === 'in') {
    for await (const chunk of channel.read(ChannelStream.stdin)) bytes += chunk.length;
  } else {
    const content = Buffer.from(FAKE_FILE.content);
    bytes = content.length;
    await channel.write(ChannelStream.stdout, content);
  }
  const exit: CopyExit = { files: 1, bytes, left: [], leftCount: 0, unreadable: 0 };
  channel.exit(exit);
  channel.close();
}
