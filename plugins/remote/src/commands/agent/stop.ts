import { Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class AgentStopCommand extends RigCommand {
  static override summary = 'End the agents that share a connection among your commands.';
  static override description =
    'Sessions go on: a shell that used an agent comes back to its session by another way, within a second.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override rigAuth = 'none' as const;
  static override flags = {
    context: Flags.string({ helpValue: 'NAME', description: 'Of this context alone.' }),
  };

  override async run(): Promise<{ stopped: { context: string; pid: number }[] }> {
    const { flags } = await this.parse(AgentStopCommand);
    const { stopAgents } = await import('@rig-ops/client/agent');
    const ended = await stopAgents(this.rigHome, flags.context);
    for (const { context, pid } of ended) this.ui.print(`Ended the agent for ${context} (process ${pid})`);
    if (ended.length === 0) this.ui.note('No agent runs.');
    return { stopped: ended.map(({ context, pid }) => ({ context, pid })) };
  }
}
