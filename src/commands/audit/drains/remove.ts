import type { DrainRemoved } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { drainArgs } from '@rig-ops/kit/drains';

export default class AuditDrainsRemove extends RigCommand {
  static override summary = 'Stop sending the audit log to a receiver.';
  static override description = 'What the receiver has, it keeps; the audit log says who removed it.';
  static override examples = ['<%= config.bin %> <%= command.id %> siem'];
  static override args = drainArgs;

  override async run(): Promise<DrainRemoved> {
    const { args } = await this.parse(AuditDrainsRemove);
    await this.rig.call('removeAuditDrain', { params: { drain: args.name }, signal: this.signal });
    this.ui.print(`The audit log is not sent to ${args.name} any more.`);
    return { name: args.name, removed: true };
  }
}
