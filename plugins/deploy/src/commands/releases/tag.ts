import { Args, Flags } from '@oclif/core';
import type { Release } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { readTagging } from '../../logic/read-tagging.ts';

export default class ReleasesTagCommand extends RigCommand {
  static override summary = 'Give a release a name, or take it away.';
  static override description =
    'A tag is the name of one release of an app. What is tagged is kept, however old it gets, and ' +
    '`rig rollback --to TAG` returns to it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop v3 stable',
    {
      description: 'move it to another release',
      command: '<%= config.bin %> <%= command.id %> shop v5 stable --force',
    },
    '<%= config.bin %> <%= command.id %> shop stable --delete',
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app. May be left out.', ignoreStdin: true }),
    version: Args.string({ description: 'Version, as v3.', ignoreStdin: true }),
    tag: Args.string({ description: 'Name to give it.', ignoreStdin: true }),
  };
  static override flags = {
    ...appFlag,
    force: Flags.boolean({ description: 'Move the tag if another release has it.' }),
    delete: Flags.boolean({ description: 'Take the tag away; the release stays.', exclusive: ['force'] }),
  };

  override async run(): Promise<{ tag: string; deleted: boolean; release: Release }> {
    const { args, flags } = await this.parse(ReleasesTagCommand);
    const words = [args.app, args.version, args.tag].filter((word) => word !== undefined);
    const { tag, version, ...given } = readTagging(words, flags.delete);
    const app = await this.appName(given.app, flags.app);
    const { rig, signal, ui } = this;
    const params = { app, tag };
    if (version === null) {
      const release = await rig.call('untagRelease', { params, signal });
      ui.print(`v${release.version} of ${app} is not tagged ${tag} any more`);
      return { tag, deleted: true, release };
    }
    const body = { version, force: flags.force };
    const release = await rig.call('tagRelease', { params, body, signal });
    ui.print(`v${version} of ${app} is tagged ${tag}`);
    return { tag, deleted: false, release };
  }
}
