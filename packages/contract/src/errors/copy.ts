import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

/** Of files that are copied to and from apps. */
export const copyErrors = {
  path_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no file or folder at the path that is to be copied, or none to copy into.',
    'Check the path; in an app it is relative to the folder of the app.',
  ),
  path_conflict: entry(
    ExitCode.conflict,
    409,
    'What is at a path stands in the way: a folder where a file is to go, or a file where a folder is.',
    'Choose another destination, or remove what is there.',
  ),
  path_not_accessible: entry(
    ExitCode.invalidInput,
    400,
    'A file or folder cannot be read or written.',
    'Check its permissions, and whether it lies on a disk that may be written.',
  ),
  path_outside_app: entry(
    ExitCode.notPermitted,
    403,
    'A path leads out of the folders of an app.',
    'Name a path in the folder of the app, or below its HOME or TMPDIR.',
  ),
  copy_unsafe: entry(
    ExitCode.invalidInput,
    400,
    'What the other side sent would write outside of the destination, or through a link; nothing of it was written.',
    'Copy it from a side that you trust; the message names the entry.',
  ),
  copy_incomplete: entry(
    ExitCode.unexpected,
    400,
    'Some of what was to be copied could not be read; the rest was copied.',
    'Make readable what the message names, or copy it as another user.',
  ),
} as const satisfies Record<string, ErrorEntry>;
