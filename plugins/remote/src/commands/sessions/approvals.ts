import { Flags } from '@oclif/core';
import type { Approval } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime, sanitise } from '@rig-ops/kit/text';

export default class SessionsApprovalsCommand extends RigCommand {
  static override summary =
    'List requests for sessions that wait for an approval: your own, and those you may decide.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all --columns id,user,state,decided',
  ];
  static override flags = {
    ...tableFlags,
    all: Flags.boolean({ description: 'Also those that were denied, used or have expired.' }),
  };

  override async run(): Promise<{ approvals: Approval[] }> {
    const { flags } = await this.parse(SessionsApprovalsCommand);
    const query = flags.all ? { all: true } : {};
    const answer = await this.rig.call('listApprovals', { query, signal: this.signal });
    this.ui.table(
      answer.approvals.map((approval) => ({
        id: approval.id,
        user: approval.user,
        target: approval.target,
        what: sanitise([approval.kind, ...approval.argv].join(' ')),
        reason: sanitise(approval.reason ?? ''),
        state: approval.state,
        asked: formatRelativeTime(approval.createdAt),
        createdAt: approval.createdAt,
        decided: approval.decidedBy ?? '',
      })),
      [
        { key: 'id', header: 'ID', keep: true },
        { key: 'user', header: 'USER' },
        { key: 'target', header: 'TARGET' },
        { key: 'what', header: 'WHAT' },
        { key: 'reason', header: 'REASON' },
        { key: 'state', header: 'STATE' },
        { key: 'asked', header: 'ASKED', sortBy: 'createdAt' },
        { key: 'decided', header: 'DECIDED BY' },
      ],
      { empty: 'Nothing waits for an approval.' },
    );
    return answer;
  }
}
