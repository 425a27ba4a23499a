import { RigError } from '@rig-ops/contract/errors';

export interface PluginName {
  /** Of the npm package, with its scope. */
  packageName: string;
  /** First word of its commands. */
  topic: string;
  /** Folder it is made in unless another one is named. */
  folder: string;
}

const PREFIX = 'rig-plugin-';
const topicPattern = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** As npm allows it for new packages. */
const scopePattern = /^@[a-z0-9][a-z0-9._-]{0,99}$/;

/**
 * `stock`, `rig-plugin-stock` and `@acme/stock` as the names of a plugin. Throws `invalid_name`.
 */
export function parsePluginName(given: string): PluginName {
  const [, scope, base = ''] = /^(?:(@[^/]*)\/)?([^/]*)$/.exec(given) ?? [];
  const topic = base.startsWith(PREFIX) ? base.slice(PREFIX.length) : base;
  if (!topicPattern.test(topic) || (scope !== undefined && !scopePattern.test(scope))) {
    throw new RigError('invalid_name', `"${given}" cannot be the name of a plugin.`, {
      hint: 'Use 1 to 40 lower-case letters, digits and hyphens, starting with a letter; a scope may precede it: @acme/stock.',
    });
  }
  const folder = PREFIX + topic;
  return { packageName: scope === undefined ? folder : `${scope}/${folder}`, topic, folder };
}
