import type { Interfaces } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { errorSchema, type JsonSchema, readSchemas } from '@rig-ops/kit/schemas';
import { commandNotFound } from './resolve-command.ts';

export interface SchemasOfCommand {
  command: string;
  plugin: string;
  result: JsonSchema | null;
  record: JsonSchema | null;
}

export interface SchemasDocument {
  schemas: SchemasOfCommand[];
  /** Of every command that fails. */
  errorSchema: JsonSchema;
  nextCursor: null;
}

/**
 * The schemas of a command, of all commands below a topic, or of all there are where no word is given.
 * Throws `command_not_found`, and `schema_not_found` for a command of a plugin that ships none.
 */
export async function findSchemas(
  config: Interfaces.Config,
  words: readonly string[],
): Promise<SchemasDocument> {
  const found = (await Promise.all(config.getPluginsList().map(schemasOfPlugin))).flat();
  const typed = words.join(' ');
  const wanted = (command: string) =>
    words.length === 0 || command === typed || command.startsWith(`${typed} `);
  const exact = found.filter(({ command }) => command === typed);
  const schemas = exact.length > 0 ? exact : found.filter(({ command }) => wanted(command));
  if (schemas.length > 0) {
    return {
      schemas: schemas.toSorted((a, b) => (a.command < b.command ? -1 : 1)),
      errorSchema,
      nextCursor: null,
    };
  }
  const id = words.join(':');
  const command = config.findCommand(id);
  if (command === undefined && config.findTopic(id) === undefined) throw commandNotFound(config, words);
  throw new RigError('schema_not_found', `There is no schema of "${typed}": its plugin ships none.`);
}

async function schemasOfPlugin({ name, root, pjson }: Interfaces.Plugin): Promise<SchemasOfCommand[]> {
  const commands = await readSchemas(root, pjson);
  return Object.entries(commands).map(([command, { result = null, record = null }]) => ({
    command,
    plugin: name,
    result,
    record,
  }));
}
