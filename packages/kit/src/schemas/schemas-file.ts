import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collectSchemas, type SchemasByCommand } from './collect-schemas.ts';

/** What lies beside the commands of a built plugin, so that nobody loads a schema library to read it. */
interface SchemasFile {
  version: 1;
  commands: SchemasByCommand;
}

interface PluginManifest {
  oclif?: { commands?: unknown };
}

/** Where a plugin keeps its schemas: beside its folder of commands. Undefined for one without commands. */
function schemaPlaces(root: string, { oclif }: PluginManifest) {
  const commands = oclif?.commands;
  const path =
    typeof commands === 'string' ? commands : (commands as { target?: unknown } | undefined)?.target;
  if (typeof path !== 'string') return undefined;
  const folder = dirname(join(root, path));
  return { sources: join(folder, 'schemas'), file: join(folder, 'schemas.json') };
}

/** The schemas a plugin ships; none for one that knows nothing of them. Throws for a file that is damaged. */
export async function readSchemas(root: string, manifest: PluginManifest): Promise<SchemasByCommand> {
  const places = schemaPlaces(root, manifest);
  if (places === undefined) return {};
  // A plugin that runs from its sources has no such file yet.
  if (!existsSync(places.file)) return await collectSchemas(places.sources);
  return (JSON.parse(readFileSync(places.file, 'utf8')) as SchemasFile).commands;
}

/** Writes what {@link readSchemas} reads of a plugin that was built; answers what it wrote. */
export async function writeSchemas(root: string): Promise<SchemasByCommand> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PluginManifest;
  const places = schemaPlaces(root, manifest);
  if (places === undefined) throw new Error(`${root} has no oclif.commands in its package.json`);
  const commands = await collectSchemas(places.sources);
  const content: SchemasFile = { version: 1, commands };
  writeFileSync(places.file, `${JSON.stringify(content)}\n`);
  return commands;
}
