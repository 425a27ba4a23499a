import type { LogDrain } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { showDrainState } from '@rig-ops/kit/drains';
import { formatRelativeTime } from '@rig-ops/kit/text';

export default class LogsDrainsList extends RigCommand {
  static override summary = 'List where logs are sent, and how far behind each receiver is.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = tableFlags;

  override async run(): Promise<{ drains: LogDrain[]; nextCursor: string | null }> {
    await this.parse(LogsDrainsList);
    const list = await this.rig.call('listLogDrains', { signal: this.signal });
    this.#show(list.drains);
    return list;
  }

  #show(drains: readonly LogDrain[]): void {
    this.ui.table(
      drains.map(({ name, target, url, lag, failures, lastSentAt, lastError }) => ({
        name,
        target,
        url,
        state: showDrainState(this.ui, { failures, lag }),
        lag,
        sent: lastSentAt === null ? null : formatRelativeTime(lastSentAt),
        lastSentAt,
        error: lastError,
      })),
      [
        { key: 'name', header: 'DRAIN' },
        { key: 'target', header: 'LOGS OF' },
        { key: 'url', header: 'URL' },
        { key: 'state', header: 'STATE' },
        { key: 'lag', header: 'BEHIND', align: 'right' },
        { key: 'sent', header: 'SENT', sortBy: 'lastSentAt' },
        { key: 'error', header: 'LAST ERROR' },
      ],
      { empty: 'Logs are sent nowhere; `rig logs drains add NAME URL` changes that.' },
    );
  }
}
