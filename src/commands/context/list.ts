import { loadContexts } from '@rig-ops/client/contexts';
import { RigCommand, tableFlags } from '@rig-ops/kit';

export default class ContextList extends RigCommand {
  static override description = 'List the platforms rig knows.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'in a script: the current one',
      command: "<%= config.bin %> <%= command.id %> --query 'contexts[?current].name'",
    },
  ];
  static override rigAuth = 'none' as const;
  static override flags = tableFlags;

  override async run() {
    await this.parse(ContextList);
    const contexts = await loadContexts(this.rigHome);
    this.ui.table(
      contexts.map(({ name, url, current, user, credentials }) => ({
        current: current ? '*' : ' ',
        name,
        url: url ?? 'this machine',
        user: user ?? '',
        credentials: credentials === 'none' ? 'logged out' : credentials,
      })),
      [
        { key: 'current', header: '' },
        { key: 'name', header: 'NAME' },
        { key: 'url', header: 'PLATFORM' },
        { key: 'user', header: 'USER' },
        { key: 'credentials', header: 'CREDENTIALS' },
      ],
    );
    return { contexts, nextCursor: null };
  }
}
