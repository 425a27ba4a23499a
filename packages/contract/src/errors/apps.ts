import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const appsErrors = {
  app_required: entry(
    ExitCode.usage,
    400,
    'No app was named and there is no rig.toml in or above the current folder.',
    'Name the app, or run the command inside its folder.',
  ),
  app_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no app of that name.',
    'Run `rig apps list` for the apps there are.',
  ),
  process_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such process.',
    'Run `rig apps info` for its processes.',
  ),
  instance_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such instance, or none is running.',
    'Run `rig apps info` for its instances.',
  ),
  app_without_url: entry(
    ExitCode.notFound,
    404,
    'The app has no address: no release is live, or it has no process `web`.',
    'Run `rig apps info` for what it has.',
  ),
  app_exists: entry(ExitCode.conflict, 409, 'There is an app of that name already.', 'Choose another name.'),
} as const satisfies Record<string, ErrorEntry>;
