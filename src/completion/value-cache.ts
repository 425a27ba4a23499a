import { completionFolder } from './index-stamp.ts';

const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

/** Names on one platform, as they were a moment ago. */
export interface CachedValues {
  format: 1;
  /** When the apps were asked for; 0 when they never were. */
  at: number;
  apps: string[];
  networks: string[];
  /** The latest ones; absent from a file of an older version. */
  builds?: string[];
  /** Those that run, the latest first; absent as well. */
  sessions?: string[];
  /** By app, each with its own time. */
  byApp: Record<
    string,
    {
      at: number;
      releases: string[];
      instances: string[];
      /** These two are absent from a file of an older version. */
      tags?: string[];
      deploys?: string[];
    }
  >;
}

const noValues: CachedValues = { format: 1, at: 0, apps: [], networks: [], byApp: {} };

/**
 * The platform a line talks to, as the name of a file: of its address where the environment gives one,
 * else of its context.
 */
export function platformKey(context: string | undefined, env: NodeJS.ProcessEnv, current: string): string {
  const url = env.RIG_URL ?? '';
  if (url !== '') return `url-${Buffer.from(url).toString('base64url').slice(0, 120)}`;
  const name = context ?? (env.RIG_CONTEXT || current);
  return `context-${name.replaceAll(/[^\w.-]/g, '_').slice(0, 100)}`;
}

export function valuesFile(rigHome: string, key: string): string {
  return path.join(completionFolder(rigHome), `${key}.json`);
}

/** What is known; nothing where no file is or it cannot be read. */
export function readValues(file: string): CachedValues {
  try {
    const values = JSON.parse(fs.readFileSync(file, 'utf8')) as CachedValues;
    return values.format === 1 ? values : noValues;
  } catch {
    return noValues;
  }
}

/** Names of the contexts and the current one, from the file where they are kept. */
export function readContexts(rigHome: string): { names: string[]; current: string } {
  try {
    const text = fs.readFileSync(path.join(rigHome, 'contexts.json'), 'utf8');
    const { contexts, current } = JSON.parse(text) as { contexts: { name: string }[]; current: string };
    return { names: ['embedded', ...contexts.map(({ name }) => name)], current };
  } catch {
    return { names: ['embedded'], current: 'embedded' };
  }
}
