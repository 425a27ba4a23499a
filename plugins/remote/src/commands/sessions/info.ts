import { Args } from '@oclif/core';
import type { Session } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { formatBytes, formatRelativeTime, sanitise } from '@rig-ops/kit/text';
import { describeRecording, describeState } from '../../logic/describe-session.ts';
import { placeOf } from '../../logic/session-words.ts';
import { inWords } from '../../logic/terminal/messages.ts';

const containments: Record<Session['containment'], string> = {
  'pid-namespace': 'by a namespace of its own: nothing outlives it',
  cgroup: 'by a cgroup: nothing outlives it',
  processes: 'as far as its processes can be found',
};

export default class SessionsInfoCommand extends RigCommand {
  static override summary = 'Show one session: where it is, who is attached, its limits, how it ended.';
  static override examples = ['<%= config.bin %> <%= command.id %> ses_01jc3k'];
  static override args = {
    session: Args.string({ required: true, description: 'Id of the session.' }),
  };

  override async run(): Promise<Session> {
    const { args } = await this.parse(SessionsInfoCommand);
    const params = { session: args.session };
    const session = await this.rig.call('getSession', { params, signal: this.signal });
    const { limits, bytes, terminal, clients } = session;
    const fields: Record<string, string | null> = {
      Session: session.id,
      Kind: session.kind,
      User: session.user,
      Target: placeOf(session),
      Release: session.release === null ? null : `v${session.release}`,
      Program: session.argv.map((word) => sanitise(word)).join(' '),
      Reason: session.reason,
      State: describeState(session),
      Started: formatRelativeTime(session.startedAt),
      'Last active': formatRelativeTime(session.lastActiveAt),
      Ended: session.endedAt === null ? null : formatRelativeTime(session.endedAt),
      Bytes: `${formatBytes(bytes.stdin)} in, ${formatBytes(bytes.stdout)} out, ${formatBytes(bytes.stderr)} of stderr`,
      Terminal: terminal === null ? 'none' : `${terminal.columns}x${terminal.rows}`,
      Clients: session.state === 'ended' ? null : clients.length === 0 ? 'none' : String(clients.length),
      'Left on purpose': session.detached ? 'yes' : null,
      'Ends at': session.endsAt,
      Limits: [
        `waits ${inWords(limits.reconnectSeconds)} for a lost client`,
        `${inWords(limits.detachedSeconds)} with nobody attached`,
        limits.idleSeconds === null ? '' : `${inWords(limits.idleSeconds)} without a byte`,
        limits.maximumSeconds === null ? '' : `${inWords(limits.maximumSeconds)} in all`,
      ]
        .filter((limit) => limit !== '')
        .join(', '),
      Recording: describeRecording(session),
      Held: containments[session.containment],
    };
    const shown = Object.entries(fields).filter((field): field is [string, string] => field[1] !== null);
    const width = Math.max(...shown.map(([name]) => name.length));
    for (const [name, value] of shown) this.ui.print(`${this.ui.style('dim', name.padEnd(width))}  ${value}`);
    for (const { user, mode, since, address } of clients) {
      const what = mode === 'write' ? 'writes' : 'watches';
      this.ui.print(`  ${user} ${what}, came ${formatRelativeTime(since)} from ${sanitise(address)}`);
    }
    return session;
  }
}
