import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { parsePluginName } from '../../logic/plugin-scaffold/plugin-name.ts';
import { planScaffold } from '../../logic/plugin-scaffold/plan-scaffold.ts';
import { writeScaffold } from '../../logic/plugin-scaffold/write-scaffold.ts';

export default class PluginsCreate extends RigCommand {
  static override summary = 'Make a new plugin: a folder that builds and passes its tests as it is.';
  static override description =
    'The plugin is a TypeScript package with one command, its logic, the schema of its result, and tests that run it in a rig with a platform of its own. Writes into a new folder alone.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> stock',
    '<%= config.bin %> <%= command.id %> @acme/stock --dir plugins/stock --description "What is in the warehouse."',
    '<%= config.bin %> <%= command.id %> stock --yes -o json',
  ];
  static override rigAuth = 'none' as const;
  static override args = {
    name: Args.string({
      required: true,
      description: 'First word of its commands; with a scope, as @acme/stock, the package is scoped.',
    }),
  };
  static override flags = {
    dir: Flags.string({ helpValue: 'FOLDER', description: 'Where to make it; rig-plugin-NAME when absent.' }),
    description: Flags.string({ helpValue: 'TEXT', description: 'One sentence about it.' }),
    packages: Flags.string({
      helpValue: 'FOLDER',
      description: 'Take the packages of rig from the .tgz files in this folder, not from a registry.',
    }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  override async run() {
    const { args, flags } = await this.parse(PluginsCreate);
    const name = parsePluginName(args.name);
    this.#refuseTaken(name.topic);
    const folder = resolve(this.cwd, flags.dir ?? name.folder);
    const files = await planScaffold({
      name,
      description: flags.description,
      host: this.config,
      packages: flags.packages === undefined ? undefined : resolve(this.cwd, flags.packages),
    });
    if (this.ui.interactive && !flags.yes) {
      const yes = await this.ui.confirm(`Make ${name.packageName} in ${folder}?`);
      if (!yes) throw new RigError('interrupted', 'Nothing was made.');
    }
    await writeScaffold(folder, files);
    const paths = [...files.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    for (const path of paths) this.ui.print(path);
    const place = flags.dir ?? name.folder;
    const next = [
      `cd ${place}`,
      'npm install',
      'npm test',
      'rig plugins link .',
      `rig ${name.topic} summary`,
    ];
    this.ui.note(`\n${name.packageName} is in ${folder}. What to type next:`);
    for (const command of next) this.ui.note(`  ${command}`);
    return { name: name.packageName, topic: name.topic, folder, files: paths, next };
  }

  /** A plugin whose commands begin as those of another would extend it, or be hidden by it. */
  #refuseTaken(topic: string): void {
    if (this.config.findTopic(topic) === undefined && this.config.findCommand(topic) === undefined) return;
    throw new RigError('invalid_name', `There are commands that begin with \`rig ${topic}\` already.`, {
      hint: 'Choose another name.',
    });
  }
}
