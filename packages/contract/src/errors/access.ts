import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const accessErrors = {
  not_authenticated: entry(
    ExitCode.notAuthenticated,
    401,
    'No credentials were given, or the platform does not know them.',
    'Check RIG_TOKEN or the context: `rig context list`.',
  ),
  not_permitted: entry(
    ExitCode.notPermitted,
    403,
    'The credentials do not allow this.',
    'Ask an administrator of the platform.',
  ),
  context_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no context of that name.',
    'Run `rig context list`.',
  ),
  context_exists: entry(
    ExitCode.conflict,
    409,
    'There is a context of that name already.',
    'Choose another name or remove the old one first.',
  ),
} as const satisfies Record<string, ErrorEntry>;
