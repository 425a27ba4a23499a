import { Args, Flags } from '@oclif/core';
import type { Approval } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class SessionsApproveCommand extends RigCommand {
  static override summary = "Approve somebody else's request for a session, or deny it.";
  static override description =
    'An approval is good for one session of exactly what was asked for, within 15 minutes. Nobody decides a request of their own.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> apr_3f9k0c2m7x1q8z',
    '<%= config.bin %> <%= command.id %> apr_3f9k0c2m7x1q8z --deny --reason "not during the sale"',
  ];
  static override args = {
    approval: Args.string({
      required: true,
      description: 'Id of the request, as `sessions approvals` lists it.',
    }),
  };
  static override flags = {
    deny: Flags.boolean({ description: 'Deny it instead.' }),
    reason: Flags.string({ helpValue: 'TEXT', description: 'Why; shown to who asked.' }),
  };

  override async run(): Promise<Approval> {
    const { args, flags } = await this.parse(SessionsApproveCommand);
    const approval = await this.rig.call(flags.deny ? 'denySession' : 'approveSession', {
      params: { approval: args.approval },
      body: flags.reason === undefined ? {} : { reason: flags.reason },
      signal: this.signal,
    });
    const { id, kind, target, user } = approval;
    this.ui.print(
      flags.deny
        ? `Denied ${id}: no ${kind} of ${user} in ${target}`
        : `Approved ${id}: one ${kind} of ${user} in ${target}, until ${approval.expiresAt}`,
    );
    return approval;
  }
}
