import { RigCommand } from '@rig-ops/kit';

export default class Whoami extends RigCommand {
  static override description = 'Show whom the platform takes you for.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  override async run() {
    await this.parse(Whoami);
    const identity = await this.rig.call('whoami', { signal: this.signal });
    const context = this.rig.target.name;
    this.ui.print(`${identity.user} on ${context}`);
    return { ...identity, context };
  }
}
