import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { Session } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { placeOf } from '../../logic/session-words.ts';

export default class SessionsKillCommand extends RigCommand {
  static override summary = 'End a session and everything it has started.';
  static override description = 'Its program gets SIGHUP, and what is left of it SIGKILL shortly after.';
  static override examples = ['<%= config.bin %> <%= command.id %> ses_01jc3k --yes'];
  static override args = {
    session: Args.string({ required: true, description: 'Id of the session.' }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  override async run(): Promise<Session> {
    const { args, flags } = await this.parse(SessionsKillCommand);
    const params = { session: args.session };
    if (!flags.yes) {
      const session = await this.rig.call('getSession', { params, signal: this.signal });
      const { kind, user } = session;
      const question = `End the ${kind} of ${user} in ${placeOf(session)}, and everything it has started?`;
      if (!(await this.ui.confirm(question))) throw new RigError('interrupted', 'Nothing was ended.');
    }
    const session = await this.rig.call('killSession', { params, signal: this.signal });
    this.ui.print(`Ended ${session.id}`);
    return session;
  }
}
