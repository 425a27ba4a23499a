import type { Config } from '@oclif/core';
import { type DoctorCheck, problem } from '../logic/doctor/doctor-check.ts';
import { loadCommand } from './load-command.ts';
import { firstLine, type PluginTrouble, troublesOf } from './plugin-trouble.ts';

/**
 * Looks at the plugins of the user: what went wrong when they were loaded for this run, and whether the
 * modules of each command can be.
 */
export async function checkLoading(config: Config): Promise<DoctorCheck[]> {
  const troubles = troublesOf(config);
  const checks = troubles.map(({ plugin, reason, fix }) => problem('plugins', plugin, reason, fix));
  for (const { name, type, commands } of config.getPluginsList()) {
    if (type === 'core') continue;
    const broken = await findBrokenCommands(commands);
    checks.push(...broken.map(({ reason, fix }) => problem('plugins', name, reason, fix)));
  }
  return checks;
}

async function findBrokenCommands(commands: Config['commands']): Promise<Omit<PluginTrouble, 'plugin'>[]> {
  const broken: Omit<PluginTrouble, 'plugin'>[] = [];
  for (const command of commands) {
    try {
      await loadCommand(command);
    } catch (error) {
      const plugin = command.pluginName ?? '';
      const fix = `Update it, or run \`rig plugins uninstall ${plugin}\`.`;
      broken.push({ reason: firstLine(error), fix });
    }
  }
  return broken;
}
