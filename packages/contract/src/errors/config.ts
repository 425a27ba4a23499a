import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const configErrors = {
  invalid_config: entry(
    ExitCode.invalidInput,
    422,
    'A variable has a name or a value that is not allowed, or there are too many.',
    'Correct the variable that the message names.',
  ),
  invalid_env_file: entry(
    ExitCode.invalidInput,
    400,
    'A dotenv file cannot be read, or has a line that is not allowed.',
    'Correct the line that the message names.',
  ),
  config_key_reserved: entry(
    ExitCode.invalidInput,
    422,
    'PORT and names that begin with RIG_ are set by the platform.',
    'Choose another name.',
  ),
  config_key_not_found: entry(
    ExitCode.notFound,
    404,
    'The app has no such variable.',
    'Run `rig config list` for those it has.',
  ),
  config_secret: entry(
    ExitCode.notPermitted,
    403,
    'The value of a secret is never shown again.',
    'Set it anew with `rig config set NAME=- --secret`; programs of the app find it in their environment.',
  ),
  config_conflict: entry(
    ExitCode.conflict,
    409,
    'The configuration was changed by somebody else meanwhile.',
    'Run the command again.',
  ),
  config_sealed: entry(
    ExitCode.unexpected,
    500,
    'Stored values cannot be decrypted: the key of the platform is missing, or not the one they were written with.',
    'Put back `config-keys.json` of the platform from a backup, or set the variables anew.',
  ),
} as const satisfies Record<string, ErrorEntry>;
