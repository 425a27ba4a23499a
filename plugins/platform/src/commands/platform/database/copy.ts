import { Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { type DatabaseCopy, copyDatabase } from '../../../logic/copy-database.ts';
import { readDatabaseUrl } from '../../../logic/read-database-url.ts';

export default class PlatformDatabaseCopyCommand extends RigCommand {
  static override summary =
    'Copy the state of the platform into another database, and begin there from now on.';
  static override description =
    'From SQLite to PostgreSQL, back, or from one server to another, while the platform is stopped. All of it arrives, or the ' +
    'platform begins where it was; the copy is compared row by row, and the audit log verified in it. Files, as logs and ' +
    'recordings, stay where they are. What was copied from is kept, and is not begun with any more.';
  static override examples = [
    {
      description: 'to PostgreSQL, by a URL as postgres://rig:PASSWORD@db.example.com/rig',
      command: '<%= config.bin %> <%= command.id %> --database-url-file ./database-url',
    },
    {
      description: 'back to a file',
      command: '<%= config.bin %> <%= command.id %> --database-url-file off',
    },
  ];
  static override flags = {
    'database-url-file': Flags.string({
      helpValue: 'FILE',
      required: true,
      description: 'File with the URL of an empty PostgreSQL database, - for stdin, off for SQLite.',
    }),
  };
  static override rigAuth = 'none' as const;

  override async run(): Promise<DatabaseCopy> {
    const { flags } = await this.parse(PlatformDatabaseCopyCommand);
    const url = await readDatabaseUrl(flags['database-url-file'], this.cwd, this.streams.stdin);
    const result = await copyDatabase({
      rigHome: this.rigHome,
      entries: this.platformEntries,
      nodeArguments: this.nodeArguments,
      env: this.env,
      databaseUrl: url ?? null,
      onNote: (text) => this.ui.note(text),
      signal: this.signal,
    });
    const { copied, to, rows, audit, kept } = result;
    if (!copied) this.ui.print(`The state is in ${to} already.`);
    else {
      this.ui.print(`Copied ${rows} rows to ${to}, and compared them.`);
      if (audit.brokenAt === null) this.ui.print(`The audit log is intact: ${audit.records} records.`);
      else
        this.ui.warn(
          `The audit log was broken before, at record ${audit.brokenAt}: \`rig audit verify\` tells more.`,
        );
      if (kept !== null) this.ui.note(`${kept} is kept; delete it once you are sure.`);
      this.ui.note('Start the platform there: `rig platform start`.');
    }
    return result;
  }
}
