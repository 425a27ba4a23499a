import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

/** Of files of a release that pods fetch. */
export const artifactsErrors = {
  artifact_key_refused: entry(
    ExitCode.notAuthenticated,
    401,
    'The key is not one of a release that is there.',
    'The release was removed, or the app destroyed: a pod of another one is to take its place.',
  ),
  artifact_url_refused: entry(
    ExitCode.notPermitted,
    403,
    'The URL for the files of the release has expired, or was changed.',
    'Ask for another one with the key of the release.',
  ),
  artifact_missing: entry(
    ExitCode.notFound,
    410,
    'The files of the release are there no more.',
    'Deploy again.',
  ),
  artifact_too_large: entry(
    ExitCode.invalidInput,
    413,
    'The files of the release are more than pods may fetch.',
    'Leave out what does not run, or raise `archiveMegabytes` in `build-limits.json`.',
  ),
  artifact_damaged: entry(
    ExitCode.unexpected,
    500,
    'The files of the release are not those that were built.',
    'Deploy again; the disk of the platform, or who may write to it, needs a look.',
  ),
  pod_url_missing: entry(
    ExitCode.conflict,
    409,
    'The platform does not know where pods reach it.',
    'Say it: `rig platform start --pod-url URL`, an address of this machine that the cluster reaches.',
  ),
} as const satisfies Record<string, ErrorEntry>;
