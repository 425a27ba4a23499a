import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const sourceErrors = {
  invalid_rig_toml: entry(
    ExitCode.invalidInput,
    422,
    'rig.toml cannot be read or says something that is not allowed.',
    'Correct the line that the message names.',
  ),
  invalid_procfile: entry(
    ExitCode.invalidInput,
    422,
    'The Procfile has a line that is not `name: command`.',
    'Correct the line that the message names.',
  ),
  invalid_bundle: entry(
    ExitCode.invalidInput,
    422,
    'The bundle breaks a rule of bundles: an unsafe path, a digest that does not match, a limit.',
    'Deploy again with this version of rig; the message names the path.',
  ),
  archive_invalid: entry(
    ExitCode.invalidInput,
    400,
    'What --from names is no archive that rig reads, or a damaged one.',
    'Check the file; rig reads tar, tar.gz, tar.zst and zip.',
  ),
  archive_unsafe: entry(
    ExitCode.invalidInput,
    400,
    'An archive has an entry that must not be unpacked, such as a path out of it, a device or one without end.',
    'Pack the archive anew without the entry that the message names.',
  ),
  git_missing: entry(
    ExitCode.unexpected,
    400,
    'The source needs git, which is not installed.',
    'Install git, as with `apt-get install git`, or deploy the folder as it is.',
  ),
  git_not_a_repository: entry(
    ExitCode.invalidInput,
    400,
    'The folder that --ref was given for is in no git repository.',
    'Leave out --ref to deploy the folder as it is.',
  ),
  git_ref_not_found: entry(
    ExitCode.notFound,
    404,
    'The repository has no such branch, tag or commit.',
    'Check the name; `git branch -a` and `git tag` list what there is.',
  ),
  git_fetch_failed: entry(
    ExitCode.invalidInput,
    400,
    'A git repository cannot be fetched: not found, not permitted or not reachable.',
    'Check the address, and that `git ls-remote ADDRESS` works here without a question.',
  ),
  git_failed: entry(
    ExitCode.unexpected,
    400,
    'A call of git failed that works in every sound repository.',
    'Check the repository with `git fsck`.',
  ),
  bundle_too_large: entry(
    ExitCode.invalidInput,
    413,
    'The source has more files or bytes than the platform takes.',
    'List what is not needed in .rigignore; `rig deploy --dry-run` shows what would go.',
  ),
  source_empty: entry(
    ExitCode.invalidInput,
    422,
    'There is nothing to deploy in the folder.',
    'Check the path, and .gitignore and .rigignore.',
  ),
  source_not_found: entry(
    ExitCode.invalidInput,
    400,
    'The folder to deploy does not exist or is not a folder.',
    'Check the path.',
  ),
  source_unreadable: entry(
    ExitCode.invalidInput,
    400,
    'A file of the source cannot be read.',
    'Make the file readable or list it in .rigignore.',
  ),
  source_changed: entry(
    ExitCode.invalidInput,
    400,
    'A file changed while it was being read, twice.',
    'Wait until the file is no longer written to, or list it in .rigignore.',
  ),
  toolchain_missing: entry(
    ExitCode.buildFailed,
    422,
    'A program that the build needs is not installed where the platform builds.',
    'Install it there; the hint of the error names the package.',
  ),
  source_folder_not_found: entry(
    ExitCode.invalidInput,
    422,
    'The source has no such folder as --path or rig.toml names for the app.',
    'Name a folder relative to the top of the source, as services/api.',
  ),
  nothing_detected: entry(
    ExitCode.invalidInput,
    422,
    'No detector knows how to run this source.',
    'Add a rig.toml with a [processes] table, for example: web = "./start".',
  ),
  bundle_incomplete: entry(
    ExitCode.conflict,
    409,
    'The bundle was committed before all of its content had arrived.',
    'Upload what is missing and commit again.',
  ),
  pack_damaged: entry(
    ExitCode.unexpected,
    500,
    'Content that the platform had stored is damaged or gone; it is set aside and counts as missing.',
    'Deploy again: what was lost is uploaded anew.',
  ),
} as const satisfies Record<string, ErrorEntry>;
