import { Args } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class LogsDrainsTest extends RigCommand {
  static override summary = 'Send a receiver of logs one line that says it is a test.';
  static override examples = ['<%= config.bin %> <%= command.id %> otel'];
  static override args = {
    name: Args.string({ required: true, description: 'Name of the drain.', ignoreStdin: true }),
  };

  override async run(): Promise<{ name: string; taken: true }> {
    const { args } = await this.parse(LogsDrainsTest);
    await this.rig.call('testLogDrain', { params: { drain: args.name }, signal: this.signal });
    this.ui.print(`${args.name} has taken the line.`);
    return { name: args.name, taken: true };
  }
}
