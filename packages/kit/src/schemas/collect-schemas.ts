import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleSchema, type JsonSchema } from './bundle-schema.ts';

/** What one command prints in a machine format. */
export interface CommandSchemas {
  /** Of its one document; absent for a command that only ever streams. */
  result?: JsonSchema;
  /** Of each record of its stream but the last, which says how it ended; absent without a stream. */
  record?: JsonSchema;
}

/** By command as typed (`apps list`). */
export type SchemasByCommand = Record<string, CommandSchemas>;

/**
 * Reads a folder of schemas, which mirrors the folder of commands: `apps/list.js` belongs to `apps list`,
 * `plugins/index.js` to `plugins`. A file exports `resultSchema`, `recordSchema` or both: JSON Schema,
 * written by hand or with a library. Throws for a file that exports neither.
 */
export async function collectSchemas(folder: string): Promise<SchemasByCommand> {
  if (!existsSync(folder)) return {};
  const files = globSync('**/*.{js,ts}', {
    cwd: folder,
    exclude: (name) => /\.(d|test)\.ts$/.test(name),
  });
  const entries = await Promise.all(
    files.toSorted().map(async (file): Promise<[string, CommandSchemas]> => {
      const command = commandOf(file);
      const module = (await import(pathToFileURL(join(folder, file)).href)) as {
        resultSchema?: object;
        recordSchema?: object;
      };
      const { resultSchema, recordSchema } = module;
      if (resultSchema === undefined && recordSchema === undefined) {
        throw new Error(`${join(folder, file)} exports neither resultSchema nor recordSchema`);
      }
      return [
        command,
        {
          ...(resultSchema && { result: bundleSchema(resultSchema, `Result of rig ${command}`) }),
          ...(recordSchema && { record: bundleSchema(recordSchema, `Record of rig ${command}`) }),
        },
      ];
    }),
  );
  return Object.fromEntries(entries);
}

function commandOf(file: string): string {
  return file
    .replace(/\.(js|ts)$/, '')
    .replace(/[/\\]index$/, '')
    .replaceAll(/[/\\]/g, ' ');
}
