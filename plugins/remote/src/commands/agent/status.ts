import { Flags } from '@oclif/core';
import type { RunningAgent } from '@rig-ops/client/agent';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';

export default class AgentStatusCommand extends RigCommand {
  static override summary = 'Show the agents that share a connection to a platform among your commands.';
  static override description =
    'The first command that needs a connection to a platform on another machine starts one; after ten minutes without a command it ends. It serves you alone, speaks for one platform and login, and is not needed: without it a command connects by itself. RIG_AGENT=off does without, as jobs of CI do. The platform on this machine needs none.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override rigAuth = 'none' as const;
  static override flags = {
    context: Flags.string({ helpValue: 'NAME', description: 'Of this context alone.' }),
    ...tableFlags,
  };

  override async run(): Promise<{ agents: RunningAgent[] }> {
    const { flags } = await this.parse(AgentStatusCommand);
    const { listAgents } = await import('@rig-ops/client/agent');
    const agents = (await listAgents(this.rigHome)).filter(
      ({ context }) => flags.context === undefined || context === flags.context,
    );
    this.ui.table(
      agents.map(({ context, pid, startedAt, state, url, version }) => ({
        context,
        platform: url,
        pid,
        state: state === null ? 'does not answer' : state.connected ? 'connected' : 'not connected',
        commands: state?.clients ?? '',
        channels: state?.channels ?? '',
        started: formatRelativeTime(startedAt),
        startedAt,
        version,
      })),
      [
        { key: 'context', header: 'CONTEXT' },
        { key: 'platform', header: 'PLATFORM' },
        { key: 'pid', header: 'PROCESS', align: 'right' },
        { key: 'state', header: 'STATE' },
        { key: 'commands', header: 'COMMANDS', align: 'right' },
        { key: 'channels', header: 'CHANNELS', align: 'right' },
        { key: 'started', header: 'STARTED', sortBy: 'startedAt' },
        { key: 'version', header: 'VERSION' },
      ],
      { empty: 'No agent runs.' },
    );
    return { agents };
  }
}
