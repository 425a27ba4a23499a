import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { App } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { newAppFlags } from '../../flags/config.ts';
import { chooseNetwork, createApp, readNewApp } from '../../logic/new-app.ts';

export default class AppsCreateCommand extends RigCommand {
  static override summary = 'Create an app.';
  static override description =
    'A deploy creates its app as well; this is for doing it ahead. What is given here wins over the rig.toml of --from. ' +
    'If a host name cannot be had, no app is created.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    '<%= config.bin %> <%= command.id %> shop-staging --network staging --domain staging.example.com',
    {
      description: 'with the name, network and domains of its manifest',
      command: '<%= config.bin %> <%= command.id %> --from ./shop/rig.toml',
    },
  ];
  static override args = {
    name: Args.string({
      description: 'Lower-case letters, digits and hyphens, starting with a letter.',
      ignoreStdin: true,
    }),
  };

  static override flags = {
    ...newAppFlags,
    from: Flags.string({
      description: 'Take what is not given here from this rig.toml, or from that of this folder.',
      helpValue: 'PATH',
    }),
  };

  override async run(): Promise<App> {
    const { args, flags } = await this.parse(AppsCreateCommand);
    const { signal, ui } = this;
    const manifest = flags.from === undefined ? {} : await readNewApp(await this.#fileOf(flags.from));
    const name = args.name ?? manifest.name;
    if (name === undefined)
      throw new RigError(
        'usage',
        flags.from === undefined
          ? 'The app has no name yet.'
          : `The rig.toml at ${flags.from} does not name an app.`,
        {
          hint: 'Run `rig apps create NAME`, or give a rig.toml with `app = "name"`: `rig apps create --from rig.toml`.',
        },
      );
    const network =
      flags.network ?? manifest.network ?? (await chooseNetwork(this.rig, name, { ui, signal }));
    const domains = [...new Set([...(manifest.domains ?? []), ...(flags.domain ?? [])])];
    const wanted = {
      name,
      ...(network === undefined ? {} : { network }),
      ...(domains.length === 0 ? {} : { domains }),
    };
    const app = await createApp(this.rig, wanted, { ui, signal });
    ui.print(`Created ${app.name}`);
    ui.note(`\`rig deploy --app ${app.name}\` makes its first release.`);
    return app;
  }

  async #fileOf(from: string): Promise<string> {
    const path = resolve(this.cwd, from);
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return isFolder ? join(path, 'rig.toml') : path;
  }
}
