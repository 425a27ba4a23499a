import { RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';

export default class PluginsPolicy extends RigCommand {
  static override description =
    `Show what may be installed: the policies in force, each of which has to agree.

They are the administrator's file, the platforms you have contexts for, and policy.toml in the folder of rig's
state. docs/plugins.md has the rules.`;
  static override summary = 'Show what may be installed.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override rigAuth = 'none' as const;

  override async run() {
    await this.parse(PluginsPolicy);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { loadPolicies } = await import('../../plugins/policy/load-policies.ts');
    const { policyFiles } = await import('../../plugins/policy/verdict.ts');
    const { places } = makeHost(this);
    const policies = await loadPolicies(places);
    for (const { origin, rules } of policies) {
      this.ui.print(this.ui.style('strong', sanitise(origin)));
      for (const [rule, value] of Object.entries(rules)) {
        const shown = rule === 'lock' ? Object.keys(value as object).join(', ') : [value].flat().join(', ');
        this.ui.print(`  ${rule.padEnd(10)} ${sanitise(shown === '' ? 'nothing' : shown)}`);
      }
    }
    const { admin, user } = policyFiles(places);
    if (policies.length === 0) this.ui.print('No policy is in force: any plugin may be installed.');
    this.ui.note(`Looked at ${admin}, ${user} and the platforms of your contexts.`);
    return { policies };
  }
}
