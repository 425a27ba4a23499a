import type { PluginName } from './plugin-name.ts';

export interface ScaffoldVersions {
  /** Of the rig the plugin is made with. */
  host: string;
  kit: string;
  oclif: string;
}

/** Tools of a new plugin; a test compares them with those of rig itself. */
export const tools = { '@types/node': '24.19.2', typescript: '7.0.2' };

/**
 * package.json of a new plugin. rig itself brings the kit and oclif to a plugin that runs in it, so both are peers
 * that npm does not install; in development, where the compiler and the tests want them, it does.
 */
export function scaffoldPackage(
  { packageName, topic }: PluginName,
  description: string,
  { host, kit, oclif }: ScaffoldVersions,
): object {
  const peers = { '@oclif/core': `^${oclif}`, '@rig-ops/kit': `^${kit}` };
  return {
    name: packageName,
    version: '0.1.0',
    description,
    keywords: ['rig-plugin', 'oclif-plugin'],
    license: 'UNLICENSED',
    type: 'module',
    engines: { node: '>=24' },
    files: ['dist', 'oclif.manifest.json'],
    scripts: {
      build: 'tsc && rig-manifest && rig-schemas',
      pretest: 'npm run build',
      test: 'node --test "test/**/*.test.ts"',
      prepack: 'npm run build',
    },
    oclif: {
      bin: 'rig',
      commands: './dist/commands',
      topicSeparator: ' ',
      topics: { [topic]: { description } },
    },
    rig: { host: `^${host}`, permissions: ['platform'] },
    ...(packageName.startsWith('@') ? { publishConfig: { access: 'public' } } : {}),
    peerDependencies: peers,
    peerDependenciesMeta: { '@oclif/core': { optional: true }, '@rig-ops/kit': { optional: true } },
    devDependencies: {
      '@oclif/core': oclif,
      '@rig-ops/cli': host,
      '@rig-ops/kit': kit,
      ...tools,
    },
  };
}
