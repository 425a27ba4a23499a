import { Args } from '@oclif/core';
import { removeContext } from '@rig-ops/client/contexts';
import { RigCommand } from '@rig-ops/kit';

export default class ContextRemove extends RigCommand {
  static override description =
    'Forget a platform and its token, which stays valid there; `rig logout` revokes it.';
  static override examples = ['<%= config.bin %> <%= command.id %> staging'];
  static override rigAuth = 'none' as const;
  static override args = { name: Args.string({ required: true, description: 'Name of the context.' }) };

  override async run() {
    const { args } = await this.parse(ContextRemove);
    const removed = await removeContext(this.rigHome, args.name);
    if (removed.keyring !== undefined) {
      const { chooseStorage } = await import('@rig-ops/client/login');
      const storage = chooseStorage({ env: this.env, attended: this.ui.interactive, choice: 'auto' });
      const kept = await storage.forget(removed);
      if (kept !== null) this.ui.warn(`Its token is still in the keyring: ${kept}`);
    }
    this.ui.print(`Removed the context ${args.name}.`);
    return { removed: args.name };
  }
}
