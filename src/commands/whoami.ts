import { RigCommand } from '@rig-ops/kit';

const places = {
  environment: 'RIG_TOKEN',
  keyring: 'the keyring of the system',
  file: 'a file only you can read',
  platform: 'the folder of the platform',
};

export default class Whoami extends RigCommand {
  static override description = 'Show whom the platform takes you for, and by which credentials.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  override async run() {
    await this.parse(Whoami);
    const identity = await this.rig.call('whoami', { signal: this.signal });
    const { target } = this.rig;
    const url = 'url' in target ? target.url : null;
    const { credentials = 'platform' } = target;
    const { token } = identity;
    this.ui.print(`${identity.user} on ${target.name}${url === null ? '' : ` (${url})`}`);
    for (const { role, target: where } of identity.bindings) this.ui.print(`  ${role} at ${where}`);
    const until = token.expiresAt === null ? 'does not expire' : `is valid until ${token.expiresAt}`;
    this.ui.print(`  The token "${token.name}" ${until}; it comes from ${places[credentials]}.`);
    return { ...identity, context: target.name, url, credentials };
  }
}
