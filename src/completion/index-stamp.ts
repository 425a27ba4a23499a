const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

/** Where completion keeps what it knows. */
export function completionFolder(rigHome: string): string {
  return path.join(rigHome, 'cache', 'completion');
}

/**
 * Changes whenever the commands of rig or of its installed plugins may have: with rig itself, and with
 * the file that says which plugins there are.
 */
export function indexStamp(root: string, rigHome: string, env: NodeJS.ProcessEnv): string {
  const plugins = env.RIG_DATA_DIR ?? path.join(rigHome, 'plugins');
  const safe = env.RIG_SAFE_MODE === undefined || env.RIG_SAFE_MODE === '' ? '' : 'safe';
  return [
    root,
    mark(path.join(root, 'oclif.manifest.json')),
    mark(path.join(plugins, 'package.json')),
    safe,
  ].join('|');
}

function mark(file: string): string {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '-' : `${found.mtimeMs}:${found.size}`;
}
