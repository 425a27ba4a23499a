import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const generalErrors = {
  unexpected: entry(
    ExitCode.unexpected,
    500,
    'Something failed that rig did not foresee.',
    'Run `rig doctor`; if it finds nothing, report this with the request id.',
  ),
  command_failed: entry(
    ExitCode.unexpected,
    500,
    "A command of another author's plugin failed; its exit code is the one it chose, else 1.",
    'Read what the command printed on stderr, and the documentation of its plugin.',
  ),
  plugin_broken: entry(
    ExitCode.unexpected,
    500,
    'The plugin a command comes from cannot be loaded.',
    'Run `rig doctor`; it says what is wrong with the plugin and what to do.',
  ),
  usage: entry(
    ExitCode.usage,
    400,
    'An unknown command, flag or argument, or one that is missing.',
    'Run the command with --help.',
  ),
  command_not_found: entry(
    ExitCode.usage,
    400,
    'There is no such command.',
    'Run `rig help` for the list of commands.',
  ),
  confirmation_required: entry(
    ExitCode.usage,
    400,
    'The command would change something that needs a yes, and nobody is there to ask.',
    'Repeat the command with --yes.',
  ),
  invalid_input: entry(
    ExitCode.invalidInput,
    400,
    'A value has the wrong form.',
    'Correct the value that the message names.',
  ),
  invalid_query: entry(
    ExitCode.usage,
    400,
    'The expression of --query cannot be understood, or does not fit what it is applied to.',
    'Run `rig schema` with the command for the fields there are; https://jmespath.org explains expressions.',
  ),
  invalid_name: entry(
    ExitCode.invalidInput,
    400,
    'A name does not follow the rules for names.',
    'Use 1 to 40 lower-case letters, digits and hyphens, starting with a letter.',
  ),
  config_unreadable: entry(
    ExitCode.invalidInput,
    400,
    "A file of rig's own settings cannot be read or parsed.",
    'Correct or remove the file that the message names.',
  ),
  not_found: entry(ExitCode.notFound, 404, 'There is no such thing.', 'Check the name.'),
  schema_not_found: entry(
    ExitCode.notFound,
    404,
    'The command has no published schema; it belongs to a plugin that ships none.',
    'Run `rig schema --all` for the commands that have one.',
  ),
  timed_out: entry(
    ExitCode.timedOut,
    504,
    'Something took longer than allowed.',
    'Try again or allow more time.',
  ),
  cancelled: entry(
    ExitCode.cancelled,
    409,
    'Somebody else cancelled it.',
    'Ask who did: the audit log tells.',
  ),
  interrupted: entry(ExitCode.interrupted, 499, 'The command was interrupted.', 'Run it again to go on.'),
  disk_full: entry(
    ExitCode.unexpected,
    507,
    'The disk of the platform is full.',
    'Free some space on it, then try again.',
  ),
} as const satisfies Record<string, ErrorEntry>;
