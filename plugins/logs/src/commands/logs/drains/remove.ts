import type { DrainRemoved } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { drainArgs } from '@rig-ops/kit/drains';

export default class LogsDrainsRemove extends RigCommand {
  static override summary = 'Stop sending logs to a receiver.';
  static override description = 'What the receiver has, it keeps.';
  static override examples = ['<%= config.bin %> <%= command.id %> otel'];
  static override args = drainArgs;

  override async run(): Promise<DrainRemoved> {
    const { args } = await this.parse(LogsDrainsRemove);
    await this.rig.call('removeLogDrain', { params: { drain: args.name }, signal: this.signal });
    this.ui.print(`Nothing is sent to ${args.name} any more.`);
    return { name: args.name, removed: true };
  }
}
