import type { RigClient } from '@rig-ops/client';
import type { ReleaseContent } from '@rig-ops/contract/resources';
import type { Content } from './compare-contents.ts';

/** A site as its folder, a program as its command. */
const commandOf = (command: readonly string[]): string =>
  command[0] === 'sirv' ? `the site in ${command[1] ?? '.'}` : command.join(' ');

function toContent(content: ReleaseContent): Content {
  return {
    files: content.files === null ? null : new Map(content.files.map((file) => [file.path, file])),
    detector: content.detector,
    steps: content.steps,
    processes: new Map(
      content.processes.map(({ command, instances, name }) => [
        name,
        `${commandOf(command)}${instances === 1 ? '' : ` (${instances} instances)`}`,
      ]),
    ),
    environment: content.environment,
    settings: new Map(Object.entries(content.settings)),
    variables: new Map(content.variables.map(({ key, updatedAt }) => [key, updatedAt])),
  };
}

/** What a release is made of. @throws RigError `release_not_found` */
export async function readContent(
  client: RigClient,
  app: string,
  version: number,
  signal: AbortSignal,
): Promise<Content> {
  const params = { app, version: String(version) };
  return toContent(await client.call('getReleaseContent', { params, signal }));
}
