import { Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import { type OwnLogLine, PARTS, readOwnLogs } from '../../logic/read-own-logs.ts';

export default class PlatformLogsCommand extends RigCommand {
  static override summary = "Show the platform's own logs.";
  static override description = 'The logs of apps and builds are under `rig logs`.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'follow the control plane',
      command: '<%= config.bin %> <%= command.id %> --part rigd -f',
    },
  ];
  static override flags = {
    part: Flags.option({ options: PARTS, description: 'Only the log of this part.' })(),
    lines: Flags.integer({
      char: 'n',
      min: 0,
      max: 100_000,
      default: 100,
      helpValue: 'N',
      description: 'Begin this many lines before the end of each log.',
    }),
    follow: Flags.boolean({ char: 'f', description: 'Go on with new lines as they come.' }),
  };
  static override rigAuth = 'none' as const;

  #prefixed = true;

  override async run(): Promise<AsyncIterable<OwnLogLine>> {
    const { flags } = await this.parse(PlatformLogsCommand);
    this.#prefixed = flags.part === undefined;
    const parts = flags.part === undefined ? PARTS : [flags.part];
    return readOwnLogs(this.rigHome, { parts, ...flags, signal: this.signal });
  }

  override renderRecord({ part, message }: OwnLogLine): string {
    // Apps and clients have a say in these lines; a terminal must not obey them.
    const text = this.streams.stdout.isTTY === true ? sanitise(message) : message;
    return this.#prefixed ? `${this.ui.style('dim', `${part.padEnd(10)} |`)} ${text}` : text;
  }
}
