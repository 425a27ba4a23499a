import type { Command } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { firstLine } from './plugin-trouble.ts';
import { withinLimit } from './within-limit.ts';

/** How long the modules of a command may take to load, in milliseconds. */
const LOAD_LIMIT_MS = 10_000;

/** Loads a command's class. Throws `plugin_broken` when its modules cannot be loaded, or take too long. */
export async function loadCommand(command: Command.Loadable): Promise<Command.Class> {
  try {
    return await withinLimit(LOAD_LIMIT_MS, command.load());
  } catch (error) {
    const name = command.pluginName ?? 'unknown';
    const words = command.id.replaceAll(':', ' ');
    throw new RigError(
      'plugin_broken',
      `"${words}" cannot be loaded from the plugin ${name}: ${firstLine(error)}`,
      { cause: error, details: { plugin: name } },
    );
  }
}
