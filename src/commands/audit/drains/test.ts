import type { DrainTested } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { drainArgs } from '@rig-ops/kit/drains';

export default class AuditDrainsTest extends RigCommand {
  static override summary = 'Send a receiver of the audit log one record that says it is a test.';
  static override examples = ['<%= config.bin %> <%= command.id %> siem'];
  static override args = drainArgs;

  override async run(): Promise<DrainTested> {
    const { args } = await this.parse(AuditDrainsTest);
    await this.rig.call('testAuditDrain', { params: { drain: args.name }, signal: this.signal });
    this.ui.print(`${args.name} has taken the record.`);
    return { name: args.name, taken: true };
  }
}
