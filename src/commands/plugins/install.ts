import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import type { InstalledPlugin } from '../../plugins/install-plugin.ts';

export default class PluginsInstall extends RigCommand {
  static override description = [
    'Install a plugin, or another version of one that comes with rig.',
    "It comes from a package registry, a folder, a packed file or a git repository. It is fetched and checked apart from what is installed, so an install that fails or is stopped changes nothing. Its install scripts are not run unless a policy allows them. npm's settings apply; those for plugins alone go into .npmrc in the folder of the plugins.",
  ].join('\n\n');
  static override summary = 'Install a plugin.';
  static override aliases = ['plugins:add'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> @acme/rig-plugin-cost',
    '<%= config.bin %> <%= command.id %> @rig-ops/plugin-logs@^0.2',
    {
      description: 'A folder, a packed file, a repository.',
      command: '<%= config.bin %> <%= command.id %> ./my-plugin',
    },
    '<%= config.bin %> <%= command.id %> ./my-plugin-1.0.0.tgz',
    '<%= config.bin %> <%= command.id %> git+https://git.example.com/acme/rig-plugin-cost.git#v1.2.0',
  ];
  static override rigAuth = 'none' as const;
  static override args = {
    plugin: Args.string({
      required: true,
      description: 'Name with an optional version or tag, a folder, a .tgz, or a git address.',
    }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
    'allow-older': Flags.boolean({
      description: 'Replace a plugin that comes with rig also by a version that is not newer.',
    }),
    verbose: Flags.boolean({ char: 'v', description: 'Show what npm says.' }),
  };

  override async run() {
    const { args, flags } = await this.parse(PluginsInstall);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { install } = await import('../../plugins/change-plugins.ts');
    const host = makeHost(this, flags.verbose);
    const installed = await install(args.plugin, host, {
      allowOlder: flags['allow-older'],
      confirm: async ({ name, version, permissions }) => {
        this.#tellPermissions(name, permissions);
        return flags.yes || !this.ui.interactive || (await this.ui.confirm(`Install ${name} ${version}?`));
      },
    });
    this.#show(installed);
    const { record, plugin, replaced, scriptsSkipped } = installed;
    return {
      plugin: {
        name: record.name,
        version: record.version,
        type: 'user',
        source: `${record.source.kind}:${record.source.spec}`,
        integrity: record.integrity,
        permissions: record.permissions,
        signature: record.signature,
      },
      commands: plugin.commands.map(({ id }) => id.replaceAll(':', ' ')),
      replaced,
      scripts: { run: record.scriptsRun, skipped: scriptsSkipped },
    };
  }

  #tellPermissions(name: string, permissions: readonly string[]): void {
    const declared =
      permissions.length === 0 ? 'nothing' : permissions.map((one) => sanitise(one)).join(', ');
    this.ui.note(`${name} declares that it uses: ${declared}. It runs with your rights.`);
  }

  #show({ record, plugin, replaced, scriptsSkipped }: InstalledPlugin): void {
    const instead =
      replaced === null ? '' : ` in place of ${replaced.bundled ? 'the bundled ' : ''}${replaced.version}`;
    this.ui.print(`Installed ${record.name} ${record.version}${instead}.`);
    for (const { id } of plugin.commands) this.ui.print(`  rig ${sanitise(id).replaceAll(':', ' ')}`);
    if (scriptsSkipped.length > 0) {
      this.ui.note(
        `Install scripts were not run: ${scriptsSkipped.join(', ')}. A policy allows them with scripts = ["…"].`,
      );
    }
  }
}
