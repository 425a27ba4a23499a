import { Flags } from '@oclif/core';
import type { AuditEvent } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { parseMoment } from '@rig-ops/contract/moment';

const RESULT_STYLES = { started: 'dim', succeeded: 'good', refused: 'warn', failed: 'bad' } as const;

export default class AuditList extends RigCommand {
  static override summary = 'List who did what on the platform, newest first.';
  static override description =
    'Shows the audit log of the platform: every call that changed something or reached into something, and every one that was refused. A word that ends in * stands for all that begin like it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 2h --result refused',
    '<%= config.bin %> <%= command.id %> --user ann --action "app.*" --since yesterday',
    '<%= config.bin %> <%= command.id %> --target app/shop -o json',
    {
      description: 'Everything about one session',
      command: '<%= config.bin %> <%= command.id %> --session ses_4k2h9',
    },
  ];
  static override flags = {
    since: Flags.string({ helpValue: 'TIME', description: 'Not before: 10m, 2h, yesterday, RFC 3339.' }),
    until: Flags.string({ helpValue: 'TIME', description: 'Before.' }),
    user: Flags.string({ helpValue: 'NAME', description: 'Who.' }),
    action: Flags.string({ helpValue: 'ACTION', description: 'What, as app.create or "app.*".' }),
    target: Flags.string({ helpValue: 'TARGET', description: 'To what, as app/shop.' }),
    session: Flags.string({
      helpValue: 'ID',
      description: 'In or about this session: its start, its end, who came to it.',
    }),
    result: Flags.option({
      options: ['started', 'succeeded', 'refused', 'failed'] as const,
      description: 'How it ended.',
    })(),
    limit: Flags.integer({
      char: 'n',
      min: 1,
      max: 1000,
      default: 20,
      helpValue: 'N',
      description: 'At most so many.',
    }),
    cursor: Flags.string({ helpValue: 'CURSOR', description: 'The `nextCursor` of the page before.' }),
    ...tableFlags,
  };

  override async run(): Promise<{ events: AuditEvent[]; nextCursor: string | null }> {
    const { flags } = await this.parse(AuditList);
    const { since, until, user, action, target, session, result, limit, cursor } = flags;
    const query = {
      limit,
      ...(since === undefined ? {} : { since: parseMoment(since, '--since').toISOString() }),
      ...(until === undefined ? {} : { until: parseMoment(until, '--until').toISOString() }),
      ...Object.fromEntries(
        Object.entries({ user, action, target, session, result, cursor }).filter(
          ([, value]) => value !== undefined,
        ),
      ),
    };
    const page = await this.rig.call('listAudit', { query, signal: this.signal });
    const { summariseEvent } = await import('../../logic/audit/summarise-event.ts');
    this.#show(page.events, summariseEvent);
    if (page.nextCursor !== null) this.ui.note(`There are more: --cursor ${page.nextCursor}`);
    return page;
  }

  #show(events: readonly AuditEvent[], summarise: (event: AuditEvent) => string): void {
    this.ui.table(
      events.map((event) => {
        const { id, at, user, action, target, result, errorCode, client } = event;
        return {
          id,
          when: formatRelativeTime(at),
          at,
          user,
          action,
          target,
          result: this.ui.style(
            RESULT_STYLES[result],
            errorCode === null ? result : `${result} (${errorCode})`,
          ),
          from: client,
          details: summarise(event),
        };
      }),
      [
        { key: 'id', header: 'ID', align: 'right' },
        { key: 'when', header: 'WHEN', sortBy: 'at' },
        { key: 'user', header: 'USER' },
        { key: 'action', header: 'ACTION' },
        { key: 'target', header: 'TARGET' },
        { key: 'result', header: 'RESULT' },
        { key: 'from', header: 'FROM' },
        { key: 'details', header: 'DETAILS' },
      ],
      { empty: 'No events match.' },
    );
  }
}
