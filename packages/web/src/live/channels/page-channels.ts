import type { ChannelKind } from '@rig-ops/contract/channels';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { type Channel, readRecords } from '@rig-ops/wire';
import type { OpenLog } from '@rig-ops/wire/log-feed';
import { isApiError } from '../../api/api-error.ts';
import { openChannel } from '../../api/open-channel.ts';

/** Number of the stream that carries records. */
const RECORDS = 3;

/** What the pages' own calls throw, as the links that both sides share know it. */
function toRigError(error: unknown): unknown {
  if (!isApiError(error)) return error;
  const { code, message, hint, details } = error;
  return RigError.fromDocument({
    code,
    message,
    hint: hint ?? '',
    exitCode: 1,
    details: { ...details },
  });
}

/** Opens a channel. @throws RigError */
export async function openPageChannel(
  kind: ChannelKind,
  params: object,
  options: Parameters<typeof openChannel>[2] = {},
): Promise<Channel> {
  try {
    return await openChannel(kind, params as Record<string, unknown>, options);
  } catch (error) {
    throw toRigError(error);
  }
}

/** Records of a channel until its end; closes it when nobody wants more. Throws the reason of the signal. */
export async function* readPageRecords<T>(
  kind: ChannelKind,
  params: object,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  try {
    signal.throwIfAborted();
    const channel = await openPageChannel(kind, params, { signal });
    try {
      await channel.accepted;
      for await (const record of readRecords(channel, RECORDS)) {
        signal.throwIfAborted();
        yield record as T;
      }
    } finally {
      channel.close();
    }
    signal.throwIfAborted();
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

export const openLog: OpenLog = (params, signal) => readPageRecords('logs', params, signal);

/** Whether the way to the platform failed, and not what was asked for. */
export const isLost = (error: unknown): boolean =>
  isRigError(error) && (error.code === 'connection_lost' || error.code === 'unreachable');
