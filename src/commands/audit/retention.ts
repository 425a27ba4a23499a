import { Flags } from '@oclif/core';
import type { AuditRetention } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class AuditRetentionCommand extends RigCommand {
  static override summary = 'Show or set how long the platform keeps audit records.';
  static override description =
    'Older records are removed up to a signed checkpoint, which states how many there were and where the chain goes on: what is left stays provable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --days 730 --records 2000000',
  ];
  static override flags = {
    days: Flags.integer({ min: 1, max: 36_500, helpValue: 'N', description: 'Remove what is older.' }),
    records: Flags.integer({
      min: 100,
      max: 100_000_000,
      helpValue: 'N',
      description: 'Keep the newest so many at most.',
    }),
  };

  override async run(): Promise<AuditRetention> {
    const { flags } = await this.parse(AuditRetentionCommand);
    const current = await this.rig.call('getAuditRetention', { signal: this.signal });
    const { days = current.days, records = current.records } = flags;
    const changes = flags.days !== undefined || flags.records !== undefined;
    const retention = changes
      ? await this.rig.call('setAuditRetention', { body: { days, records }, signal: this.signal })
      : current;
    this.ui.print(`Audit records are kept for ${retention.days} days, and ${retention.records} at most.`);
    return retention;
  }
}
