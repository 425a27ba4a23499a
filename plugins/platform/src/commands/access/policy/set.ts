import { Args, Flags } from '@oclif/core';
import { ExitCode, RigCommand } from '@rig-ops/kit';
import { RigError } from '@rig-ops/contract/errors';
import { policyFlags } from '../../../flags/policy.ts';
import { applyFlags } from '../../../logic/policy/apply-flags.ts';
import { type PolicyChange, setPolicy } from '../../../logic/policy/set-policy.ts';

const NOT_RULES = new Set(['file', 'plan']);

export default class AccessPolicySetCommand extends RigCommand {
  static override summary = 'Say what is asked of shells, commands, forwards and copies.';
  static override description =
    `Flags change the rules they name and leave the others; --file sets the whole policy. A policy of a network holds for all of its apps, one of the platform for everything: an app can ask for more, never for less.

In a file of TOML rules are as the flags: approval = "required", maximum = "8h", allow = ["rake db:*"], hours = ["mon-fri 09:00-17:00 Europe/Berlin"].

What a list of commands keeps out is told by what is run, word by word. An allowed shell or interpreter undoes it; with --allow no shell opens, and no --env or --cwd is taken.`;
  static override examples = [
    {
      description: 'A reason, a recording and a second person for everything in production',
      command:
        '<%= config.bin %> <%= command.id %> network/production --reason required --recording required --approval required',
    },
    {
      description: 'Certain commands only, at working hours',
      command: `<%= config.bin %> <%= command.id %> app/shop --kinds command --allow 'rake db:*' --allow uptime --hours 'mon-fri 09:00-17:00 Europe/Berlin'`,
    },
    {
      description: 'See first',
      command: '<%= config.bin %> <%= command.id %> app/shop --file policy.toml --plan',
    },
    {
      description: 'Take a rule back',
      command: '<%= config.bin %> <%= command.id %> app/shop --unset hours',
    },
  ];
  static override args = {
    target: Args.string({ required: true, description: 'platform, network/NAME or app/NAME.' }),
  };
  static override flags = {
    ...policyFlags,
    file: Flags.string({
      helpValue: 'FILE',
      description: 'The whole policy, as TOML, or JSON in a .json file.',
    }),
    plan: Flags.boolean({
      description: 'Only show what would change; exit code 20 when something would.',
    }),
  };

  override async run(): Promise<PolicyChange> {
    const { args, flags } = await this.parse(AccessPolicySetCommand);
    const rules = Object.keys(flags).filter((name) => name in policyFlags && !NOT_RULES.has(name));
    if ((flags.file === undefined) === (rules.length === 0)) {
      throw new RigError('usage', 'Give rules as flags, or the whole policy with --file.', {
        hint: 'For example: rig access policy set app/shop --reason required',
      });
    }
    const { file } = flags;
    const whole =
      file === undefined
        ? undefined
        : await (await import('../../../logic/policy/read-policy-file.ts')).readPolicyFile(file);
    const change = await setPolicy({
      rig: this.rig,
      target: args.target,
      change: (before) => whole ?? applyFlags(before, flags),
      plan: flags.plan,
      ui: this.ui,
      signal: this.signal,
    });
    if (flags.plan && change.changes.length > 0) this.setExitCode(ExitCode.changesPending);
    return change;
  }
}
