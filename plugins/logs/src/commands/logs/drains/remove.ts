import { Args } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class LogsDrainsRemove extends RigCommand {
  static override summary = 'Stop sending logs to a receiver.';
  static override description = 'What the receiver has, it keeps.';
  static override examples = ['<%= config.bin %> <%= command.id %> otel'];
  static override args = {
    name: Args.string({ required: true, description: 'Name of the drain.', ignoreStdin: true }),
  };

  override async run(): Promise<{ name: string; removed: true }> {
    const { args } = await this.parse(LogsDrainsRemove);
    await this.rig.call('removeLogDrain', { params: { drain: args.name }, signal: this.signal });
    this.ui.print(`Nothing is sent to ${args.name} any more.`);
    return { name: args.name, removed: true };
  }
}
