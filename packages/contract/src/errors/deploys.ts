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
    'Run `rig builds list` for the builds of an app.',
  ),
  deploy_not_found: entry(ExitCode.notFound, 404, 'There is no such deploy.', 'Run `rig releases list`.'),
  build_ended: entry(
    ExitCode.conflict,
    409,
    'The build has ended: there is nothing to cancel.',
    'Run `rig builds list` for those that wait or run.',
  ),
  deploy_in_progress: entry(
    ExitCode.conflict,
    409,
    'The app is being deployed already.',
    'Wait for your turn with --wait, or follow it: `rig deploy --attach latest`.',
  ),
  app_locked: entry(
    ExitCode.conflict,
    409,
    'Somebody has locked the app: nobody else may deploy it.',
    'Ask the owner, wait with --wait, or end the lock: `rig apps unlock --force`.',
  ),
  plan_stale: entry(
    ExitCode.conflict,
    409,
    'Something that the plan of a deploy was made against has changed since.',
    'Run `rig deploy --plan` again and look at what it says.',
  ),
  tag_not_found: entry(
    ExitCode.notFound,
    404,
    'No release of the app has this tag.',
    'Run `rig releases list` for the tags there are.',
  ),
  tag_taken: entry(
    ExitCode.conflict,
    409,
    'Another release of the app has this tag.',
    'Move it with --force, or choose another name.',
  ),
  release_current: entry(ExitCode.conflict, 409, 'The release is live already.', 'Nothing to do.'),
  build_failed: entry(
    ExitCode.buildFailed,
    422,
    'A step of the build failed; the previous release is still live.',
    'Read the log: `rig logs build`.',
  ),
  release_phase_failed: entry(
    ExitCode.releaseFailed,
    422,
    'The release command failed; nothing of what is live was touched.',
    'Read its log: `rig logs app --process release`.',
  ),
  release_reverted: entry(
    ExitCode.releaseFailed,
    422,
    'The new release did worse than the one before with a part of the traffic, which went back to that one.',
    'Read its log: `rig logs app`; `rig releases list` keeps the reason.',
  ),
  release_taken_back: entry(
    ExitCode.releaseFailed,
    422,
    'The new release went live and failed while it was watched.',
    'Read its log: `rig logs app`; `rig releases list` keeps the reason.',
  ),
  deploy_not_promotable: entry(
    ExitCode.conflict,
    409,
    'The deploy is not a canary that shares the traffic now.',
    'Run `rig releases list` to see what is live.',
  ),
  deploy_not_cancellable: entry(
    ExitCode.conflict,
    409,
    'The deploy has ended, or its release is live already.',
    'Run `rig rollback` to return to the release before.',
  ),
  release_failed: entry(
    ExitCode.releaseFailed,
    422,
    'The new release did not become healthy; the previous one is still live.',
    'Read the log: `rig logs app`.',
  ),
} as const satisfies Record<string, ErrorEntry>;
