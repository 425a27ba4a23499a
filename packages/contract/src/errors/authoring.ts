import { ExitCode } from '../exit-codes.ts';
import { entry } from './entry.ts';

export const authoringErrors = {
  folder_exists: entry(
    ExitCode.conflict,
    409,
    'The folder that was to be made is there already.',
    'Choose another name or another place with --dir.',
  ),
};
