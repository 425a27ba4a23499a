import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import type { PluginHost } from '../../plugins/plugin-host.ts';
import type { PluginRules } from '../../plugins/policy/policy.ts';

export default class PluginsPolicy extends RigCommand {
  static override description =
    `Show what may be installed: the policies in force, each of which has to agree.

They are the administrator's file, the platforms you have contexts for, and policy.toml in the folder of rig's
state. docs/plugins.md has the rules. An administrator of a platform sets the one of that platform.`;
  static override summary = 'Show what may be installed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'For everybody who uses the platform.',
      command: '<%= config.bin %> <%= command.id %> --set policy.toml',
    },
  ];
  static override rigAuth = 'none' as const;
  static override flags = {
    set: Flags.string({
      description: 'Give the platform the rules of a policy file.',
      helpValue: 'FILE',
      exclusive: ['clear'],
    }),
    clear: Flags.boolean({ description: 'Take the rules of the platform away.' }),
  };

  override async run() {
    const { flags } = await this.parse(PluginsPolicy);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { loadPolicies } = await import('../../plugins/policy/load-policies.ts');
    const { refreshPlatformPolicy } = await import('../../plugins/policy/refresh-platform-policy.ts');
    const { policyFiles } = await import('../../plugins/policy/verdict.ts');
    const host = makeHost(this);
    if (flags.set !== undefined) await this.#give(await this.#readRules(flags.set), host);
    else if (flags.clear) await this.#give({}, host);
    else await refreshPlatformPolicy(host.places, this.ui);
    const policies = await loadPolicies(host.places);
    for (const { origin, rules } of policies) {
      this.ui.print(this.ui.style('strong', sanitise(origin)));
      for (const [rule, value] of Object.entries(rules)) {
        const shown = rule === 'lock' ? Object.keys(value as object).join(', ') : [value].flat().join(', ');
        this.ui.print(`  ${rule.padEnd(10)} ${sanitise(shown === '' ? 'nothing' : shown)}`);
      }
    }
    const { admin, user } = policyFiles(host.places);
    if (policies.length === 0) this.ui.print('No policy is in force: any plugin may be installed.');
    this.ui.note(`Looked at ${admin}, ${user} and the platforms of your contexts.`);
    return { policies };
  }

  async #readRules(file: string): Promise<PluginRules> {
    const { readPolicyFile } = await import('../../plugins/policy/parse-policy.ts');
    const path = resolve(this.cwd, file);
    const parsed = readPolicyFile(path);
    if (parsed === undefined) throw new RigError('invalid_policy', `There is no file ${path}.`);
    return parsed.rules;
  }

  async #give(rules: PluginRules, { places }: PluginHost): Promise<void> {
    const { currentInvocation } = await import('@rig-ops/kit');
    const { keepPlatformPolicy } = await import('../../plugins/policy/refresh-platform-policy.ts');
    await currentInvocation().authenticate('required');
    const set = await this.rig.call('setPluginPolicy', { body: rules, signal: this.signal });
    await keepPlatformPolicy(this.rig, places, set);
  }
}
