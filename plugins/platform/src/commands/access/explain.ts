import { Args } from '@oclif/core';
import { type Verb, verbs } from '@rig-ops/contract/access';
import type { Decision } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class AccessExplainCommand extends RigCommand {
  static override summary = 'Tell whether a user may do something, and which rule decides.';
  static override description = 'Decided as a request of that user would be. `me` is yourself.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> bob app.deploy app/shop',
    '<%= config.bin %> <%= command.id %> me users.manage platform',
  ];
  static override args = {
    user: Args.string({ required: true, description: 'Name of the user.' }),
    verb: Args.string({
      required: true,
      options: Object.keys(verbs),
      description: 'What is to be done: docs/access.md lists the verbs.',
    }),
    target: Args.string({ required: true, description: 'platform, network/NAME or app/NAME.' }),
  };

  override async run(): Promise<Decision> {
    const { args } = await this.parse(AccessExplainCommand);
    const query = { user: args.user, verb: args.verb as Verb, target: args.target };
    const decision = await this.rig.call('explainAccess', { query, signal: this.signal });
    const { ui } = this;
    const verdict = decision.allowed ? ui.style('good', 'allowed') : ui.style('bad', 'denied');
    ui.print(`${verdict}: ${decision.verb} on ${decision.target} for ${decision.user}`);
    ui.print(decision.reason);
    if (!decision.allowed) ui.print(`Roles that allow it: ${decision.roles.join(', ')}`);
    if (decision.allowed && decision.verb.startsWith('remote.')) {
      ui.note(`A policy may ask for more: rig access policy show ${decision.target}`);
    }
    return decision;
  }
}
