import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

export const pluginsErrors = {
  plugin_not_found: entry(
    ExitCode.notFound,
    404,
    'The registry or the repository has no such plugin, or no such version of it.',
    'Check the name, the version and which registry npm asks: `npm config get registry`.',
  ),
  plugin_source_not_found: entry(
    ExitCode.notFound,
    404,
    'The folder or the packed file of a plugin is not there.',
    'Check the path; a name without ./ in front is looked up in the registry.',
  ),
  plugin_not_installed: entry(
    ExitCode.notFound,
    404,
    'No plugin of that name is installed.',
    'Run `rig plugins list` for the plugins there are.',
  ),
  plugin_invalid: entry(
    ExitCode.invalidInput,
    422,
    'A package is no plugin that rig can load.',
    'Check the name; a plugin has `oclif` in its package.json, and its commands built.',
  ),
  plugin_needs_other_rig: entry(
    ExitCode.conflict,
    409,
    'A plugin declares that it is for another version of rig.',
    'Install the version of rig it names, or another version of the plugin.',
  ),
  plugin_conflict: entry(
    ExitCode.conflict,
    409,
    'A plugin brings a command that another one has already; nothing was changed.',
    'Uninstall the other plugin first, or ask the author for another name.',
  ),
  plugin_not_newer: entry(
    ExitCode.conflict,
    409,
    'A plugin that comes with rig is only replaced by a newer version of it.',
    'Name a newer version, or add --allow-older.',
  ),
  plugin_not_allowed: entry(
    ExitCode.notPermitted,
    403,
    'A policy does not allow the plugin; nothing was changed.',
    'Run `rig plugins policy` for the rules; ask whoever wrote the file that the message names.',
  ),
  plugin_damaged: entry(
    ExitCode.invalidInput,
    422,
    'A plugin is not what its digest says, on its way here or on the disk.',
    'Install it again; if that does not help, ask its author or the registry.',
  ),
  plugin_install_failed: entry(
    ExitCode.unexpected,
    500,
    'A plugin could not be installed for a reason of npm itself; nothing was changed.',
    'Read what npm said above; --verbose shows all of it.',
  ),
  registry_unreachable: entry(
    ExitCode.unreachable,
    503,
    'A package registry or git server does not answer.',
    'Check the network, the proxy, and which registry npm asks: `npm config get registry`.',
  ),
  registry_unauthorized: entry(
    ExitCode.notAuthenticated,
    401,
    'A package registry or git server wants other credentials.',
    'Put the token of the registry into ~/.npmrc, or into .npmrc in the folder of the plugins.',
  ),
  invalid_policy: entry(
    ExitCode.invalidInput,
    422,
    'A policy file cannot be read or says something that is not allowed.',
    'Correct the line that the message names.',
  ),
} as const satisfies Record<string, ErrorEntry>;
