import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import type { UpdateFinding } from '../../plugins/change-plugins.ts';

export default class PluginsUpdate extends RigCommand {
  static override description = [
    'Update plugins to what their tag or range stands for now.',
    'Each is updated on its own: one that cannot be (it is gone, not allowed, or would take a command from another) stays as it is, is named, and decides the exit code. Linked folders are left alone.',
  ].join('\n\n');
  static override summary = 'Update plugins.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> @acme/rig-plugin-cost',
  ];
  static override rigAuth = 'none' as const;
  static override strict = false;
  static override args = { plugin: Args.string({ description: 'Names; all without one.' }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask when a plugin declares other permissions.' }),
    verbose: Flags.boolean({ char: 'v', description: 'Show what npm says.' }),
  };

  override async run() {
    const { argv, flags } = await this.parse(PluginsUpdate);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { update } = await import('../../plugins/change-plugins.ts');
    const host = makeHost(this, flags.verbose);
    const known = new Map(host.store.read().map(({ name, permissions }) => [name, permissions]));
    const plugins = await update(argv.map(String), host, {
      allowOlder: false,
      confirm: async ({ name, version, permissions }) => {
        const before = known.get(name) ?? [];
        const more = permissions.filter((permission) => !before.includes(permission));
        if (more.length === 0) return true;
        this.ui.note(`${name} ${version} declares more than before: ${more.join(', ')}.`);
        return flags.yes || !this.ui.interactive || (await this.ui.confirm(`Update ${name}?`));
      },
    });
    for (const finding of plugins) this.#show(finding);
    if (plugins.length === 0) this.ui.print('No plugins are installed.');
    const failed = plugins.find(({ error }) => error !== null)?.error;
    if (failed !== null && failed !== undefined) this.setExitCode(failed.exitCode);
    return { plugins };
  }

  #show({ name, from, to, status, error }: UpdateFinding): void {
    if (status === 'updated')
      this.ui.print(from === to ? `${name} ${to}: fetched anew` : `${name} ${from} → ${to}`);
    else if (status === 'current') this.ui.print(`${name} ${from} is up to date`);
    else if (status === 'linked') this.ui.print(`${name} ${from} is linked; its folder decides`);
    else this.ui.warn(`${name} stays at ${from}: ${error?.message ?? ''} (${error?.code ?? ''})`);
  }
}
