import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const deploysErrors = {
  release_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such release.',
    'Run `rig releases list` for the releases there are.',
  ),
  build_not_found: entry(
    ExitCode.notFound,
    404,
    'There is no such build.',
    'Run `rig releases list` for the builds of an app.',
  ),
  deploy_not_found: entry(ExitCode.notFound, 404, 'There is no such deploy.', 'Run `rig releases list`.'),
  deploy_in_progress: entry(
    ExitCode.conflict,
    409,
    'The app is being deployed already.',
    'Wait until it has ended, then try again.',
  ),
  release_current: entry(ExitCode.conflict, 409, 'The release is live already.', 'Nothing to do.'),
  build_failed: entry(
    ExitCode.buildFailed,
    422,
    'A step of the build failed; the previous release is still live.',
    'Read the log: `rig logs build`.',
  ),
  release_failed: entry(
    ExitCode.releaseFailed,
    422,
    'The new release did not become healthy; the previous one is still live.',
    'Read the log: `rig logs app`.',
  ),
} as const satisfies Record<string, ErrorEntry>;
