import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

/**
 * A package.json whose packages of rig come from `.tgz` files as `npm pack` names them. All of them are
 * named, also those that others need, since no registry has them.
 */
export async function takePackages(
  manifest: { devDependencies?: Record<string, string> },
  folder: string,
): Promise<object> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new RigError('invalid_input', `${folder} is no folder that can be read.`, { cause });
  });
  const packed = names
    .map((file) => /^rig-ops-(.+)-\d+\.\d+\.\d+(?:-[\w.-]+)?\.tgz$/.exec(file))
    .filter((match) => match !== null)
    .map((match): [string, string] => [`@rig-ops/${match[1]}`, `file:${join(folder, match[0])}`]);
  const found = Object.fromEntries(packed);
  for (const needed of ['@rig-ops/cli', '@rig-ops/kit']) {
    if (found[needed] !== undefined) continue;
    throw new RigError('invalid_input', `${folder} has no .tgz file of ${needed}.`, {
      hint: 'In the repository of rig, run: npm run pack -- FOLDER',
    });
  }
  return { ...manifest, devDependencies: { ...manifest.devDependencies, ...found } };
}
