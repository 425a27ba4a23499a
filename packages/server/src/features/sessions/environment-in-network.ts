import { delimiter, dirname } from 'node:path';
import { IMAGE_PORT } from '../../engines/engine.ts';
import { urlVariable } from '../instances/instance-environment.ts';

/** What a shell in a network finds in its environment: where its apps are, and nothing of their own. */
export function environmentInNetwork({
  network,
  urls,
  baseEnvironment,
  node,
}: {
  network: string;
  urls: ReadonlyMap<string, string>;
  baseEnvironment: Record<string, string>;
  node: string;
}): Record<string, string> {
  const { HOME: _, TMPDIR: __, ...base } = baseEnvironment;
  const env: Record<string, string> = {
    ...base,
    PATH: [dirname(node), base['PATH'] ?? '/usr/bin:/bin'].join(delimiter),
    RIG_NETWORK: network,
  };
  for (const [app, url] of urls) env[urlVariable(app)] = url;
  return env;
}

/** The same in a container of the network, where apps are known by name. */
export function environmentInImage({
  network,
  apps,
}: {
  network: string;
  apps: readonly string[];
}): Record<string, string> {
  const urls = apps.map((app) => [urlVariable(app), `http://${app}:${IMAGE_PORT}`] as const);
  return { RIG_NETWORK: network, HOME: '/tmp', ...Object.fromEntries(urls) };
}
