import { RigCommand } from '@rig-ops/kit';
import { roleArguments, type RoleAtTarget } from '../../role-arguments.ts';

export default class AccessRevokeCommand extends RigCommand {
  static override summary = 'Take a role from a user, and end what was open by it.';
  static override examples = ['<%= config.bin %> <%= command.id %> bob viewer app/shop'];
  static override args = roleArguments;

  override async run(): Promise<{ revoked: RoleAtTarget }> {
    const { args } = await this.parse(AccessRevokeCommand);
    const { user, role, target } = args as RoleAtTarget;
    const body = { user, role, target };
    await this.rig.call('revokeRole', { body, signal: this.signal });
    this.ui.print(`${user} is no longer ${role} on ${target}`);
    return { revoked: body };
  }
}
