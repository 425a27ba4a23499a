import { rolesThatRunCode } from '@rig-ops/contract/access';
import type { Binding } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { roleArguments, type RoleAtTarget } from '../../role-arguments.ts';

export default class AccessGrantCommand extends RigCommand {
  static override summary = 'Give a user a role on the platform, a network or an app.';
  static override description =
    'viewer sees and reads logs, deployer deploys, operator runs commands inside apps, admin does everything. ' +
    'Roles that run code are refused at one app or network where apps are not isolated from one another.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> bob viewer app/shop',
    '<%= config.bin %> <%= command.id %> ci deployer platform',
  ];
  static override args = roleArguments;

  override async run(): Promise<Binding> {
    const { args } = await this.parse(AccessGrantCommand);
    const body = args as RoleAtTarget;
    const binding = await this.rig.call('grantRole', { body, signal: this.signal });
    this.ui.print(`${binding.user} is ${binding.role} on ${binding.target}`);
    if (
      rolesThatRunCode.includes(binding.role) &&
      binding.target === 'platform' &&
      binding.role !== 'admin'
    ) {
      this.ui.note(
        'Where apps run as plain processes, whoever runs code in them can reach all the platform has.',
      );
    }
    return binding;
  }
}
