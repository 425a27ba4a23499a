import { Args, Flags } from '@oclif/core';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { LogCommand, linesFlag, logFlags } from '../../log-command.ts';
import type { WholeLine } from '../../logic/join-partial-lines.ts';

export default class LogsAppCommand extends LogCommand {
  static override summary = 'Show and follow what an app prints.';
  static override description =
    `The lines of all instances of all releases, in the order the platform read them. Following goes on behind the last line after a lost connection; lines that could not be kept are named on stderr.

A pipe or a file gets the bytes as the app wrote them. On a terminal the app's colours stay and every other control character is made visible, since it could forge what is seen.`;
  static override examples = [
    {
      description: 'The latest lines of the app of rig.toml',
      command: '<%= config.bin %> <%= command.id %>',
    },
    { description: 'Follow, beginning now', command: '<%= config.bin %> <%= command.id %> hello -f -n 0' },
    {
      description: 'Exactly what the app printed, for another program',
      command: '<%= config.bin %> <%= command.id %> hello --no-prefix -n 1000 | grep -c error',
    },
  ];
  static override args = {
    app: Args.string({ description: 'The app; that of rig.toml when absent.' }),
  };
  static override flags = {
    ...logFlags,
    lines: Flags.integer({
      ...linesFlag,
      description: 'Begin this many lines before the end.',
      default: 100,
    }),
  };

  async run(): Promise<AsyncIterable<LogRecord | WholeLine>> {
    const { args, flags } = await this.parse(LogsAppCommand);
    return this.stream({ app: await this.appName(args.app) }, flags);
  }
}
