import { RigError } from '@rig-ops/contract/errors';
import type { SourceTree } from '../detector.ts';

/** What rig reads of a package.json. */
export interface PackageManifest {
  main: string | null;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  /** Patterns of its workspaces. */
  workspaces: string[];
  /** Of `packageManager`, as pnpm and 9.1.0. */
  packageManager: { name: string; version: string } | null;
  /** Range of `engines.node`. */
  nodeRange: string | null;
}

const stringsOf = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};

function workspacesOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : (value as { packages?: unknown } | undefined)?.packages;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

function managerOf(value: unknown): { name: string; version: string } | null {
  const [, name = '', version = ''] =
    /^([a-z]+)@(\d[^+]*)/.exec(typeof value === 'string' ? value : '') ?? [];
  return name === '' ? null : { name, version };
}

/**
 * Reads package.json; null when there is none.
 * @throws RigError `invalid_input` when it is not a JSON object
 */
export async function readPackageManifest(tree: SourceTree): Promise<PackageManifest | null> {
  const text = await tree.readText('package.json');
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new RigError('invalid_input', `package.json is not JSON: ${(error as Error).message}`, {
      cause: error,
      hint: 'Correct package.json.',
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RigError('invalid_input', 'package.json does not hold an object.', {
      hint: 'Correct package.json.',
    });
  const fields = value as Record<string, unknown>;
  return {
    main: typeof fields['main'] === 'string' ? fields['main'] : null,
    scripts: stringsOf(fields['scripts']),
    dependencies: {
      ...stringsOf(fields['dependencies']),
      ...stringsOf(fields['optionalDependencies']),
    },
    devDependencies: stringsOf(fields['devDependencies']),
    workspaces: workspacesOf(fields['workspaces']),
    packageManager: managerOf(fields['packageManager']),
    nodeRange: stringsOf(fields['engines'])['node'] ?? null,
  };
}
