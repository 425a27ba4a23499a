import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import type { CommandSchemas } from '@rig-ops/kit/schemas';
import { findSchemas, type SchemasDocument, type SchemasOfCommand } from '../find-schemas.ts';
import { listFields } from '../logic/schema/list-fields.ts';

export default class Schema extends RigCommand {
  static override summary = 'Show what a command prints with -o json, as JSON Schema.';
  static override description =
    'On a terminal the fields as --query names them, with their types; with -o json the schemas themselves. ' +
    'A topic stands for all commands below it.';
  static override examples = [
    { description: 'the fields of a result', command: '<%= config.bin %> <%= command.id %> apps list' },
    {
      description: 'the JSON Schema alone, for a validator or a generator of types',
      command: "<%= config.bin %> <%= command.id %> apps list -o json --query 'schemas[0].result'",
    },
    '<%= config.bin %> <%= command.id %> --all',
  ];
  static override rigAuth = 'none' as const;
  static override strict = false;
  static override args = {
    command: Args.string({ description: 'Words of the command or topic, as `apps list`.' }),
  };
  static override flags = {
    all: Flags.boolean({ default: false, description: 'Of every command, those of plugins too.' }),
    ...tableFlags,
  };

  override async run(): Promise<SchemasDocument> {
    const { argv, flags } = await this.parse(Schema);
    const words = (argv as string[]).flatMap((word) => word.split(/[: ]/)).filter(Boolean);
    const named = words.length > 0;
    if (named === flags.all) {
      throw new RigError('usage', 'Name one command, or ask for all with --all.', {
        hint: 'Run `rig schema apps list`, for example.',
      });
    }
    const document = await findSchemas(this.config, words);
    if (flags.all) this.#showAll(document.schemas);
    else for (const schemas of document.schemas) this.#showFields(schemas);
    return document;
  }

  #showAll(schemas: SchemasOfCommand[]): void {
    this.ui.table(
      schemas.map(({ command, result, record, plugin }) => ({
        command,
        prints: [result === null ? '' : 'document', record === null ? '' : 'stream']
          .filter(Boolean)
          .join(', '),
        plugin,
      })),
      [
        { key: 'command', header: 'COMMAND', keep: true },
        { key: 'prints', header: 'PRINTS' },
        { key: 'plugin', header: 'PLUGIN' },
      ],
    );
  }

  #showFields({ command, result, record }: SchemasOfCommand): void {
    const parts: [string, CommandSchemas['result'] | null][] = [
      [`rig ${command}`, result],
      [`rig ${command}, each record of its stream`, record],
    ];
    for (const [title, schema] of parts) {
      if (schema === null || schema === undefined) continue;
      this.ui.print(this.ui.style('strong', title));
      this.ui.table(
        listFields(schema).map(({ path, type, description }) => ({ path, type, description })),
        [
          { key: 'path', header: 'FIELD', keep: true },
          { key: 'type', header: 'TYPE' },
          { key: 'description', header: 'WHAT' },
        ],
      );
      this.ui.print('');
    }
  }
}
