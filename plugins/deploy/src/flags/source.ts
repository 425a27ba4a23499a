import { Flags } from '@oclif/core';

/** What is deployed instead of a folder as it is. */
export const sourceFlags = {
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
