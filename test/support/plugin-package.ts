export interface PluginSketch {
  name: string;
  version: string;
  /** Names of commands as they are typed; each prints and returns the version of its plugin. */
  commands: string[];
  /** Aliases by command. */
  aliases?: Record<string, string[]>;
  /** More for its package.json. */
  manifest?: Record<string, unknown>;
  /** More files. */
  files?: Record<string, string>;
}

const oclif = { type: 'module', oclif: { commands: './commands', topicSeparator: ' ' } };

/** A plugin of somebody who knows nothing of rig: its package.json and its files, without dependencies. */
export function sketchPlugin({
  name,
  version,
  commands,
  aliases = {},
  manifest = {},
  files = {},
}: PluginSketch): {
  manifest: { name: string; version: string };
  files: Record<string, string>;
} {
  const sources = commands.map((command) => [
    `commands/${command.replaceAll(' ', '/')}.js`,
    `export default class {
  static aliases = ${JSON.stringify(aliases[command] ?? [])};
  static args = {};
  static flags = {};
  static async run() {
    console.log('${name} ${version} ${command}');
    return { plugin: '${name}', version: '${version}' };
  }
}
`,
  ]);
  return {
    manifest: {
      name,
      version,
      ...oclif,
      ...manifest,
    },
    files: { ...Object.fromEntries(sources), ...files },
  };
}
