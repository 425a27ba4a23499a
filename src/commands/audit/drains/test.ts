import { Args } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class AuditDrainsTest extends RigCommand {
  static override summary = 'Send a receiver of the audit log one record that says it is a test.';
  static override examples = ['<%= config.bin %> <%= command.id %> siem'];
  static override args = {
    name: Args.string({ required: true, description: 'Name of the drain.', ignoreStdin: true }),
  };

  override async run(): Promise<{ name: string; taken: true }> {
    const { args } = await this.parse(AuditDrainsTest);
    await this.rig.call('testAuditDrain', { params: { drain: args.name }, signal: this.signal });
    this.ui.print(`${args.name} has taken the record.`);
    return { name: args.name, taken: true };
  }
}
