import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './rig.ts';

/** Commands of oclif for which the core has documents of its own. */
const DOCUMENTED_BY_CORE = ['help'];

/** Every command of the core and of rig's plugins, as typed, by name. */
export function ownCommands(): string[] {
  const manifests = globSync('{oclif.manifest.json,plugins/*/oclif.manifest.json}', { cwd: repository });
  const ids = manifests.flatMap((file) => {
    const { commands } = JSON.parse(readFileSync(join(repository, file), 'utf8')) as {
      commands: Record<string, object>;
    };
    return Object.keys(commands).map((id) => id.replaceAll(':', ' '));
  });
  return [...new Set([...ids, ...DOCUMENTED_BY_CORE])].toSorted();
}
