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
} as const satisfies Record<string, ErrorEntry>;
