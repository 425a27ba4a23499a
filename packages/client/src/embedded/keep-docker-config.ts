import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { platformLayout } from '@rig-ops/contract/layout';

interface DockerAuth {
  auth?: unknown;
  identitytoken?: unknown;
  username?: unknown;
  password?: unknown;
}

interface DockerConfig {
  auths?: Record<string, DockerAuth>;
  credsStore?: unknown;
  credHelpers?: unknown;
}

/**
 * Keeps the credentials of a file that `docker login` has written for the platform, and nothing else of it; `off`
 * removes them. A platform that runs takes them from its next build on.
 * @throws RigError `invalid_input`
 */
export async function keepDockerConfig(
  file: string | undefined,
  { cwd, rigHome }: { cwd: string; rigHome: string },
): Promise<void> {
  if (file === undefined) return;
  const { dockerConfig } = platformLayout(rigHome);
  if (file === 'off') {
    await rm(dockerConfig, { force: true });
    return;
  }
  const auths = await readAuths(resolve(cwd, file));
  await mkdir(dirname(dockerConfig), { recursive: true, mode: 0o700 });
  const fresh = `${dockerConfig}.new`;
  await writeFile(fresh, JSON.stringify({ auths }), { mode: 0o600 });
  await rename(fresh, dockerConfig);
}

async function readAuths(path: string): Promise<NonNullable<DockerConfig['auths']>> {
  const wrong = (why: string, hint: string, cause?: unknown) =>
    new RigError('invalid_input', `${path} ${why}.`, { hint, cause });
  let config: DockerConfig;
  try {
    config = JSON.parse(await readFile(path, 'utf8')) as DockerConfig;
  } catch (error) {
    const isText = error instanceof SyntaxError;
    throw wrong(
      isText ? 'is not JSON' : `cannot be read: ${(error as Error).message}`,
      'Name the file that `docker login` writes: ~/.docker/config.json.',
      // What is wrong with JSON is told with a piece of it.
      isText ? undefined : error,
    );
  }
  const held = Object.entries(config.auths ?? {}).flatMap(([registry, entry]): [string, DockerAuth][] => {
    const { auth, identitytoken, password, username } = entry;
    if (typeof auth === 'string' || typeof identitytoken === 'string') return [[registry, entry]];
    // As other programs write it, and Docker reads it.
    if (typeof username !== 'string' || typeof password !== 'string') return [];
    return [[registry, { auth: Buffer.from(`${username}:${password}`).toString('base64') }]];
  });
  if (held.length > 0) return Object.fromEntries(held);
  throw wrong(
    config.credsStore === undefined && config.credHelpers === undefined
      ? 'has no credentials'
      : 'keeps its credentials in a store of this desktop, where the platform cannot ask for them',
    'Write a file with them: `docker --config ./registry login REGISTRY`, then --docker-config ./registry/config.json.',
  );
}
