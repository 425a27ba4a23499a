import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables of the user that apps and builds of the embedded platform start from. Nothing else
 * passes: what happens to be exported in the shell that starts the platform must not change how apps
 * behave, and secrets of that shell are none of theirs.
 */
const allowed = [
  /^(HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TMPDIR)$/,
  /^LC_[A-Z]+$/,
  // A corporate network: its authorities and its proxy.
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS)$/,
  /^(HTTP_PROXY|HTTPS_PROXY|ALL_PROXY|NO_PROXY)$/i,
  // What `npm ci` needs to reach packages. Not the rest, of which npm itself exports dozens to every
  // script, and no tokens: those belong into the user's npmrc.
  /^npm_config_(registry|@[^:]+:registry|ca|cafile|cert|key|proxy|https[-_]proxy|noproxy|strict[-_]ssl|userconfig|globalconfig|cache)$/i,
];

const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Folders that npm puts on PATH for the length of a script. */
const ofOneScript = /(^|\/)node_modules\/\.bin\/?$|(^|\/)node-gyp-bin\/?$/;

/**
 * Environment that apps and builds of the embedded platform start from. Its PATH is the user's, with
 * the folder of `node` (an absolute path) first unless the user's own `node` is the same one: apps run
 * on the Node that runs rig, whatever else is installed.
 */
export function makeBaseEnvironment(env: Environment, node: string): Record<string, string> {
  const base: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== '' && allowed.some((pattern) => pattern.test(name))) {
      base[name] = value;
    }
  }
  base.LANG ??= 'C.UTF-8';
  base.PATH = makePath(env.PATH ?? '', node);
  return withUserConfig(base);
}

function makePath(path: string, node: string): string {
  const kept = path.split(delimiter).filter((folder) => isAbsolute(folder) && !ofOneScript.test(folder));
  const folders = kept.length === 0 ? USUAL_PATH.split(':') : kept;
  const found = folders.map((folder) => join(folder, 'node')).find(isExecutable);
  const same = found !== undefined && realpathSync(found) === realpathSync(node);
  return [...new Set(same ? folders : [dirname(node), ...folders])].join(delimiter);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Builds get a HOME of their own, where npm would not find the user's settings. */
function withUserConfig(base: Record<string, string>): Record<string, string> {
  const named = Object.keys(base).some((name) => name.toLowerCase() === 'npm_config_userconfig');
  if (named || base.HOME === undefined) return base;
  const settings = join(base.HOME, '.npmrc');
  return existsSync(settings) ? { ...base, npm_config_userconfig: settings } : base;
}
