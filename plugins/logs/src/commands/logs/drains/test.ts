import type { DrainTested } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { drainArgs } from '@rig-ops/kit/drains';

export default class LogsDrainsTest extends RigCommand {
  static override summary = 'Send a receiver of logs one line that says it is a test.';
  static override examples = ['<%= config.bin %> <%= command.id %> otel'];
  static override args = drainArgs;

  override async run(): Promise<DrainTested> {
    const { args } = await this.parse(LogsDrainsTest);
    await this.rig.call('testLogDrain', { params: { drain: args.name }, signal: this.signal });
    this.ui.print(`${args.name} has taken the line.`);
    return { name: args.name, taken: true };
  }
}
