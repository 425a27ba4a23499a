import { isAbsolute, join } from 'node:path';
import { statSync } from 'node:fs';

/** Variables that name a file which programs need to reach other machines. */
const EVERYWHERE = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];
/** And those with the settings of package managers, tokens among them. */
const BUILDS = /^npm_config_(userconfig|globalconfig|cafile)$/i;
const PIP = ['.config/pip/pip.conf', '.pip/pip.conf'];

/**
 * Files of the user that programs of apps are to find although they may not read them. Only what the user's own
 * environment names: what that of an app names could be anything.
 */
export function filesOfUser(base: Readonly<Record<string, string>>): {
  everywhere: string[];
  builds: string[];
} {
  const home = base['HOME'];
  const named = Object.entries(base).flatMap(([name, path]) => (BUILDS.test(name) ? [path] : []));
  const inHome = home === undefined ? [] : ['.npmrc', ...PIP].map((path) => join(home, path));
  return {
    everywhere: files(EVERYWHERE.flatMap((name) => base[name] ?? [])),
    builds: files([...named, ...inHome]),
  };
}

const files = (paths: readonly string[]): string[] =>
  [...new Set(paths)].filter(
    (path) => isAbsolute(path) && statSync(path, { throwIfNoEntry: false })?.isFile(),
  );
