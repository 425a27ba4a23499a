import { ExitCode } from '../exit-codes.ts';
import { entry } from './entry.ts';

export const authoringErrors = {
  plugin_host_mismatch: entry(
    ExitCode.invalidInput,
    409,
    'A plugin was made for another version of rig.',
    'Install a version of the plugin for this version of rig, or update rig.',
  ),
  folder_exists: entry(
    ExitCode.conflict,
    409,
    'The folder that was to be made is there already.',
    'Choose another name or another place with --dir.',
  ),
};
