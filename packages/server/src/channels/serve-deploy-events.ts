import { ChannelStream } from '@rig-ops/contract/channels';
import { sendRecords } from '@rig-ops/wire';
import type { Deployments } from '../deployments.ts';
import type { ChannelHandler } from './channel-handlers.ts';

/** Every event of one deploy, from its beginning to its end. */
export function serveDeployEvents(
  deployments: Pick<Deployments, 'events' | 'requireDeploy'>,
): ChannelHandler<'deploy-events'> {
  return async (request) => {
    const { deploy, after } = request.params;
    // An unknown deploy is a refusal, not a channel that breaks at once.
    await deployments.requireDeploy(deploy);
    const channel = request.accept();
    const events = deployments.events(deploy, Math.max(0, after ?? 0), request.signal);
    await sendRecords(channel, ChannelStream.records, events);
  };
}
