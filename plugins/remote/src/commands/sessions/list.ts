import { Flags } from '@oclif/core';
import type { Session } from '@rig-ops/contract/resources';
import { appFlag, RigCommand, tableFlags } from '@rig-ops/kit';
import { formatBytes, formatDuration, formatRelativeTime } from '@rig-ops/kit/text';
import { describeClients, describeRecording, describeState } from '../../logic/describe-session.ts';
import { placeOf } from '../../logic/session-words.ts';

export default class SessionsListCommand extends RigCommand {
  static override summary = 'List shells and commands that run, and who is attached to them.';
  static override description =
    'Your own, and those of apps and networks whose sessions you may see. With --all also those that have ended.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'Those that nobody is attached to',
      command: '<%= config.bin %> <%= command.id %> --filter clients=none',
    },
    {
      description: 'In a script: the ids of those in one app',
      command: "<%= config.bin %> <%= command.id %> --app shop --query 'sessions[].id'",
    },
  ];
  static override flags = {
    ...tableFlags,
    ...appFlag,
    user: Flags.string({ description: 'Of this user alone.', helpValue: 'NAME' }),
    all: Flags.boolean({ description: 'Also those that have ended.' }),
    limit: Flags.integer({ char: 'n', description: 'At most so many.', min: 1, max: 1000, default: 100 }),
  };

  override async run(): Promise<{ sessions: Session[]; nextCursor: string | null }> {
    const { flags } = await this.parse(SessionsListCommand);
    const { app, user, all, limit } = flags;
    const page = await this.rig.call('listSessions', {
      query: {
        limit,
        ...(all && { state: 'all' }),
        ...(app !== undefined && { app }),
        ...(user !== undefined && { user }),
      },
      signal: this.signal,
    });
    const now = Date.now();
    this.ui.table(
      page.sessions.map((session) => {
        const { id, kind, bytes, startedAt, lastActiveAt, endedAt } = session;
        const idleMs = Math.max(0, now - Date.parse(lastActiveAt));
        const out = bytes.stdout + bytes.stderr;
        return {
          id,
          kind,
          user: session.user,
          target: placeOf(session),
          state: describeState(session),
          age: formatRelativeTime(startedAt),
          startedAt,
          idle: endedAt === null ? formatDuration(idleMs) : '',
          idleMs,
          bytes: `${formatBytes(bytes.stdin)} in, ${formatBytes(out)} out`,
          bytesOut: out,
          clients: describeClients(session),
          recording: describeRecording(session),
        };
      }),
      [
        { key: 'id', header: 'SESSION', keep: true },
        { key: 'kind', header: 'KIND' },
        { key: 'user', header: 'USER' },
        { key: 'target', header: 'TARGET', keep: true },
        ...(all ? [{ key: 'state', header: 'STATE' }] : []),
        { key: 'age', header: 'STARTED', sortBy: 'startedAt' },
        { key: 'idle', header: 'IDLE', sortBy: 'idleMs', align: 'right' },
        { key: 'bytes', header: 'BYTES', sortBy: 'bytesOut' },
        { key: 'clients', header: 'CLIENTS' },
        { key: 'recording', header: 'RECORDING' },
      ],
      { empty: all ? 'There has been no session.' : 'No session runs.' },
    );
    if (page.nextCursor !== null) this.ui.note(`There are more than ${limit}; ask for more with --limit.`);
    return page;
  }
}
