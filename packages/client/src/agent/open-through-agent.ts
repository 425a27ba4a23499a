import { isRigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { Connection } from '@rig-ops/wire';
import { endpointOf, makeAgent } from '../http/endpoint.ts';
import { openConnection } from '../open-connection.ts';
import type { Target } from '../target.ts';
import type { RemoteTarget } from './agent-place.ts';
import { type AgentOptions, agentOf } from './start-agent.ts';

/**
 * A connection of the platform's by way of the user's agent, which is started when there is none.
 * @returns null when that cannot be had: a connection of one's own will tell why, or do
 * @throws RigError when the platform does not take the token
 */
export async function openThroughAgent(
  target: RemoteTarget,
  options: AgentOptions,
): Promise<Connection | null> {
  const agent = await agentOf(target, options);
  if (agent === null) return null;
  const { invocationId, name } = target;
  const near: Target = {
    name,
    token: agent.cookie,
    socketPath: agent.socket,
    ...(invocationId === undefined ? {} : { invocationId }),
  };
  const endpoint = endpointOf(near);
  try {
    return await openConnection(near, endpoint, makeAgent(endpoint), { isPatient: false });
  } catch (error) {
    if (isRigError(error) && error.exitCode === ExitCode.notAuthenticated) throw error;
    return null;
  }
}
