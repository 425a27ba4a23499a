import type { AuditDrain } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { showDrainState } from '@rig-ops/kit/drains';
import { formatRelativeTime } from '@rig-ops/kit/text';

export default class AuditDrainsList extends RigCommand {
  static override summary = 'List where the audit log is sent, and how far behind each receiver is.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = tableFlags;

  override async run(): Promise<{ drains: AuditDrain[]; nextCursor: string | null }> {
    await this.parse(AuditDrainsList);
    const list = await this.rig.call('listAuditDrains', { signal: this.signal });
    this.#show(list.drains);
    return list;
  }

  #show(drains: readonly AuditDrain[]): void {
    this.ui.table(
      drains.map(({ name, url, lag, failures, lastSentAt, lastError }) => ({
        name,
        url,
        state: showDrainState(this.ui, { failures, lag }),
        lag,
        sent: lastSentAt === null ? null : formatRelativeTime(lastSentAt),
        lastSentAt,
        error: lastError,
      })),
      [
        { key: 'name', header: 'DRAIN' },
        { key: 'url', header: 'URL' },
        { key: 'state', header: 'STATE' },
        { key: 'lag', header: 'BEHIND', align: 'right' },
        { key: 'sent', header: 'SENT', sortBy: 'lastSentAt' },
        { key: 'error', header: 'LAST ERROR' },
      ],
      { empty: 'The audit log is sent nowhere; `rig audit drains add NAME URL` changes that.' },
    );
  }
}
