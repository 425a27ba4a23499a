import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { escapeFlag } from '../../flags/escape.ts';
import { describeState } from '../../logic/describe-session.ts';
import type { SingleResult } from '../../logic/single.ts';
import { parseEscape } from '../../logic/terminal/parse-escape.ts';

export default class SessionsAttachCommand extends RigCommand {
  static override summary = 'Come back to a shell or command, or watch somebody else in it.';
  static override description =
    `The screen of a terminal is drawn as it is. You write when nobody else does, and watch otherwise; --write insists, and is refused while somebody writes; --steal turns those who write into watchers. The escapes are those of \`rig shell\`: ~d leaves the session, ~. ends it, and one who watches leaves with either, or with Ctrl-C.

Of a command without a terminal, output comes from the oldest byte that is kept; Ctrl-C goes to it from who writes, and a second one leaves.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> ses_01jc3k',
    { description: 'Only watch', command: '<%= config.bin %> <%= command.id %> ses_01jc3k --watch' },
    { description: 'Take over', command: '<%= config.bin %> <%= command.id %> ses_01jc3k --steal' },
  ];
  static override rigRawOutput = true;
  static override args = {
    session: Args.string({ required: true, description: 'Id of the session.' }),
  };
  static override flags = {
    write: Flags.boolean({ description: 'Write, or be refused where somebody else does.' }),
    steal: Flags.boolean({
      description: 'Write, and turn those who do into watchers.',
      exclusive: ['watch'],
    }),
    watch: Flags.boolean({ description: 'Only watch, whoever writes.', exclusive: ['write', 'steal'] }),
    reason: Flags.string({
      description: 'Why; kept in the audit log, and needed where a policy says so.',
      helpValue: 'TEXT',
    }),
    ...escapeFlag,
  };

  override async run(): Promise<SingleResult | undefined> {
    const { args, flags } = await this.parse(SessionsAttachCommand);
    const escape = parseEscape(flags.escape);
    const params = { session: args.session };
    const session = await this.rig.call('getSession', { params, signal: this.signal });
    if (session.state === 'ended') {
      throw new RigError('session_ended', `The session has ended already (${describeState(session)}).`, {
        hint: `Run \`rig sessions info ${session.id}\`.`,
      });
    }
    const writes = flags.write || flags.steal;
    const opening = {
      ...params,
      ...(writes && { mode: 'write' as const }),
      ...(flags.watch && { mode: 'read' as const }),
      ...(flags.steal && { steal: true }),
      ...(flags.reason !== undefined && { reason: flags.reason }),
    };
    if (session.terminal === null) {
      const { attachToPipes } = await import('../../logic/attach-to-pipes.ts');
      return await attachToPipes(this, opening);
    }
    if (this.ui.machine) {
      throw new RigError('usage', 'This session has a terminal; it gives no document.', {
        hint: 'Leave -o out.',
      });
    }
    if (this.streams.stdin.isTTY !== true && !flags.watch) {
      throw new RigError('usage', 'This session has a terminal, and stdin is none.', {
        hint: `To watch it: rig sessions attach ${session.id} --watch`,
      });
    }
    const { runInTerminal } = await import('../../logic/run-in-terminal.ts');
    await runInTerminal(this, {
      escape,
      opening: (terminal) => ({ kind: 'attach', params: { ...opening, terminal } }),
    });
    return undefined;
  }
}
