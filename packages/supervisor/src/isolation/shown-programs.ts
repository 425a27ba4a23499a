import { existsSync, readdirSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { real } from './view.ts';

/**
 * Folders with programs that apps may need, wherever they lie: those of PATH with what belongs to them, Node, and
 * what rig brings itself to serve a folder. Only those that are hidden are shown.
 */
export function foldersOfPrograms(path: string, node: string): string[] {
  const onPath = path.split(delimiter).filter((folder) => isAbsolute(folder) && existsSync(folder));
  const found = [...onPath.flatMap(withLinked), dirname(dirname(node)), dirname(dirname(real(node)))];
  return [...new Set([...found, ...ownModules()])];
}

/** The folder of an installation for its `bin`, as `~/.nvm/versions/node/v24.0.0`; `~/.local/bin` is nobody's alone. */
function withLinked(folder: string): string[] {
  const isOfInstallation =
    ['bin', 'sbin', 'shims', '.bin'].includes(basename(folder)) && !isShared(dirname(folder));
  return isOfInstallation ? [dirname(folder)] : [folder, ...linkedInstallations(folder)];
}

/** A home, or `~/.local`, has more than programs. */
const isShared = (folder: string): boolean =>
  basename(folder) === '.local' ||
  existsSync(join(folder, '.profile')) ||
  existsSync(join(folder, '.bashrc')) ||
  existsSync(join(folder, '.ssh')) ||
  folder === real(process.env['HOME'] ?? '');

/** Where the programs of a folder are linked to, as `~/.local/share/pipx/venvs/x` is from `~/.local/bin`. */
function linkedInstallations(folder: string): string[] {
  const found = new Set<string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const place = dirname(real(join(folder, entry.name)));
    if (place === real(folder)) continue;
    found.add(basename(place) === 'bin' && !isShared(dirname(place)) ? dirname(place) : place);
  }
  return [...found];
}

/** The folders of modules that this program may load from. */
function ownModules(): string[] {
  const found: string[] = [];
  for (let folder = dirname(real(fileURLToPath(import.meta.url))); ; folder = dirname(folder)) {
    const modules = basename(folder) === 'node_modules' ? folder : join(folder, 'node_modules');
    if (existsSync(modules)) found.push(modules);
    if (folder === dirname(folder)) return found;
  }
}
