import { Args, Flags } from '@oclif/core';
import { buildQuery } from '@rig-ops/contract/log-filters';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { type ChosenSource, chooseLogs, type WholeLine } from '@rig-ops/wire/log-feed';
import { LogCommand, linesFlag, logFlags } from '../../log-command.ts';
import { originFlags, queryFlags } from '../../query-flags.ts';

export default class LogsAppCommand extends LogCommand {
  static override summary = 'Show and follow what apps print.';
  static override description =
    `The lines of all instances of all releases, in the order the platform read them; several apps are merged by time. Following goes on behind the last line after a lost connection; lines that could not be kept are named on stderr.

A pipe or a file gets the bytes as the app wrote them. On a terminal the app's colours stay, JSON and logfmt lines are laid out for reading (--raw leaves them alone), and every other control character is made visible, since it could forge what is seen.`;
  static override examples = [
    {
      description: 'The latest lines of the app of rig.toml',
      command: '<%= config.bin %> <%= command.id %>',
    },
    { description: 'Follow, beginning now', command: '<%= config.bin %> <%= command.id %> hello -f -n 0' },
    {
      description: 'Errors of the last two hours of two apps, with what came before them',
      command: '<%= config.bin %> <%= command.id %> shop worker --since 2h --level error+ -B 3',
    },
    {
      description: 'Slow answers, from structured lines',
      command: "<%= config.bin %> <%= command.id %> shop --where 'ms>500 and path~^/api'",
    },
    {
      description: 'Exactly what the app printed, for another program',
      command: '<%= config.bin %> <%= command.id %> hello --no-prefix --raw -n 1000 | grep -c error',
    },
  ];
  static override strict = false;
  static override args = {
    app: Args.string({ description: 'The apps; that of rig.toml when absent.', multiple: true }),
  };
  static override flags = {
    app: Flags.string({
      char: 'a',
      helpValue: 'APP',
      multiple: true,
      multipleNonGreedy: true,
      description: 'The same, as other commands take it.',
    }),
    ...logFlags,
    lines: Flags.integer({
      ...linesFlag,
      description: 'Begin this many lines before the end.',
      default: 100,
    }),
    ...queryFlags,
    ...originFlags,
  };

  async run(): Promise<AsyncIterable<LogRecord | WholeLine>> {
    const { argv, flags } = await this.parse(LogsAppCommand);
    const query = buildQuery(flags);
    const given = [...(argv as string[]), ...(flags.app ?? [])];
    const apps = given.length > 0 ? [...new Set(given)] : [await this.appName(undefined)];
    const logs = chooseLogs(apps, flags.source as ChosenSource[] | undefined, query);
    return this.stream({ logs, namesApp: apps.length > 1 }, flags);
  }
}
