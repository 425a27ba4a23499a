import { Flags } from '@oclif/core';

/** What is looked at instead of a folder as it is. */
export const explainedSourceFlags = {
  from: Flags.string({
    description:
      'Deploy an archive (tar, tar.gz, zip), a git repository (ADDRESS#REF), or with - an archive on stdin.',
    helpValue: 'SOURCE',
    helpGroup: 'SOURCE',
  }),
  ref: Flags.string({
    description: 'Deploy a branch, tag or commit of the git repository, not the files as they are on disk.',
    helpValue: 'REF',
    helpGroup: 'SOURCE',
  }),
  path: Flags.string({
    description: 'Folder of the app inside the source, as services/api; the whole source goes up.',
    helpValue: 'FOLDER',
    helpGroup: 'SOURCE',
  }),
};

/** What is deployed instead of a folder as it is. */
export const sourceFlags = {
  ...explainedSourceFlags,
  image: Flags.string({
    description:
      'Deploy an image that is there already, as nginx:1.27, where the platform runs images; rig.toml of the folder applies.',
    helpValue: 'IMAGE',
    helpGroup: 'SOURCE',
    exclusive: ['from', 'ref', 'path', 'rebuild', 'no-cache', 'dry-run', 'plan', 'apply-plan', 'attach'],
  }),
};
