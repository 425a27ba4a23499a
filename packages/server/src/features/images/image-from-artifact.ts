import type { ImageDetails } from '@rig-ops/docker';
import { IMAGE_PORT } from '../../engines/engine.ts';
import { artifactLayer } from './artifact-layer.ts';
import { pathOfImage } from './image-machine.ts';
import { imageLabels } from './image-names.ts';
import type { Images } from './open-images.ts';
import { readTextOf } from './read-text-of.ts';
import { ARTIFACT_IN_IMAGE } from './runtime-in-image.ts';
import { workLabels } from './work-labels.ts';

export interface ArtifactToImage {
  buildId: string;
  appName: string;
  /** Folder of what was built. */
  artifact: string;
  /** Folder of the app in it. */
  root: string;
  /** That it is put on; null for none, where rig's own programs are all that runs in it. */
  base: ImageDetails | null;
}

/** Programs of apps have no rights that root has, whatever becomes of their container. */
const APP_USER = { uid: 10_001, gid: 10_001, name: 'app' } as const;
const HOME = '/home/app';

/**
 * Makes an image of an artifact: one layer upon its base, which belongs to a user of its own.
 * @returns its id. @throws RigError `docker_…`, `disk_full`
 */
export async function imageFromArtifact(
  { docker, platform }: Pick<Images, 'docker' | 'platform'>,
  input: ArtifactToImage,
  signal: AbortSignal,
): Promise<string> {
  const { appName, artifact, base, buildId } = input;
  const labels = imageLabels(platform, { appName, buildId });
  const layer = { artifact, owner: APP_USER, signal, folders: { [HOME.slice(1)]: 0o755 } };
  const env = environmentIn(input);
  if (base === null) {
    const texts = accountsBeside(null, null);
    const archive = artifactLayer({ ...layer, texts, folders: { ...layer.folders, tmp: 0o1777 } });
    return await docker.images.import(archive, [
      ...Object.entries(env).map(([name, value]) => `ENV ${name}=${value}`),
      ...Object.entries(labels).map(([name, value]) => `LABEL ${name}=${value}`),
      `USER ${APP_USER.uid}:${APP_USER.gid}`,
      `WORKDIR ${ARTIFACT_IN_IMAGE}`,
      `EXPOSE ${IMAGE_PORT}`,
    ]);
  }
  const name = `rig-${platform}-image-${buildId}`;
  await docker.containers.remove(name);
  try {
    // It never runs: its files are what is wanted.
    await docker.containers.create(name, {
      Image: base.Id,
      Entrypoint: ['/'],
      Cmd: [],
      Labels: workLabels(platform),
    });
    const [passwd, group] = await Promise.all([
      readTextOf(docker, name, '/etc/passwd'),
      readTextOf(docker, name, '/etc/group'),
    ]);
    await docker.containers.unpack(
      name,
      '/',
      artifactLayer({ ...layer, texts: accountsBeside(passwd, group) }),
    );
    signal.throwIfAborted();
    return await docker.containers.commit(name, {
      config: {
        Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
        User: `${APP_USER.uid}:${APP_USER.gid}`,
        WorkingDir: ARTIFACT_IN_IMAGE,
        Entrypoint: [],
        Cmd: [],
        ExposedPorts: { [`${IMAGE_PORT}/tcp`]: {} },
      },
      // A container gives its labels to its image, and an image to its containers.
      labels: { ...labels, 'rig.by': 'build' },
    });
  } finally {
    await docker.containers.remove(name).catch(() => undefined);
  }
}

/** The programs that an install has brought come first. */
function environmentIn({ base, root }: ArtifactToImage): Record<string, string> {
  const folders = [...new Set([`${ARTIFACT_IN_IMAGE}/${root}`.replace(/\/\.$/, ''), ARTIFACT_IN_IMAGE])];
  const own = folders.flatMap((folder) => [`${folder}/node_modules/.bin`, `${folder}/.venv/bin`]);
  const path = base === null ? '/usr/bin:/bin' : pathOfImage(base);
  return { PATH: [...own, path].join(':'), HOME };
}

/** Without an entry of their own many programs fail: `os.userInfo()`, ssh, git. */
function accountsBeside(passwd: string | null, group: string | null): Record<string, string> {
  const { gid, name, uid } = APP_USER;
  return {
    'etc/passwd': among(passwd, 'root:x:0:0:root:/root:/bin/sh', `${name}:x:${uid}:${gid}::${HOME}:/bin/sh`),
    'etc/group': among(group, 'root:x:0:', `${name}:x:${gid}:`),
  };
}

const among = (text: string | null, otherwise: string, line: string): string =>
  `${(text ?? otherwise).trimEnd()}\n${line}\n`;
