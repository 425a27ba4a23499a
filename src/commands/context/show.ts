import { Args } from '@oclif/core';
import { type ContextEntry, loadContexts } from '@rig-ops/client/contexts';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';

export default class ContextShow extends RigCommand {
  static override description =
    'Show a context: the one asked for, else the one that commands use now. Asks no platform.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> production -o json',
  ];
  static override rigAuth = 'none' as const;
  static override args = {
    name: Args.string({ description: 'Name of the context; the one in use when left out.' }),
  };

  override async run() {
    const { args } = await this.parse(ContextShow);
    if (args.name === undefined && this.env.RIG_URL) {
      const context = {
        name: 'RIG_URL',
        kind: 'remote',
        url: this.env.RIG_URL,
        current: true,
        credentials: 'environment',
        user: null,
        expiresAt: null,
      };
      this.ui.print(`RIG_URL (${this.env.RIG_URL})`);
      return { context };
    }
    const contexts = await loadContexts(this.rigHome);
    const name = args.name ?? this.chosenContext;
    const found = contexts.find((entry) => (name === undefined ? entry.current : entry.name === name));
    if (found === undefined) {
      throw new RigError('context_not_found', `There is no context "${name ?? ''}".`);
    }
    this.ui.print(`${found.name} (${found.url ?? 'this machine'})`);
    this.ui.print(`  ${describeCredentials(found)}`);
    return { context: found };
  }
}

function describeCredentials({ credentials, user, expiresAt }: ContextEntry): string {
  if (credentials === 'platform') return 'Credentials are in the folder of the platform.';
  if (credentials === 'none') return 'Logged out; `rig login` logs in again.';
  const place = credentials === 'keyring' ? 'the keyring of the system' : 'a file only you can read';
  const whose = user === null ? 'The token' : `The token of ${user}`;
  return `${whose} is in ${place}${expiresAt === null ? '' : ` and valid until ${expiresAt}`}.`;
}
