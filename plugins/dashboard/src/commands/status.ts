import { Flags } from '@oclif/core';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { Status } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { readStatus } from '../logic/read-status.ts';
import { renderStatus } from '../logic/render-status.ts';

export default class StatusCommand extends RigCommand {
  static override summary = 'Tell whether everything is all right, and if not, what is not and what to type.';
  static override description =
    'On a terminal it is one screen: problems first, and of many apps those that are not as they should be. Into ' +
    'a file or pipe it tells of every app. It starts no platform: where none runs on this machine it says so.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'in a script: exit code 21 when something is not all right, 8 when nobody answers',
      command: '<%= config.bin %> <%= command.id %> --check',
    },
    {
      description: 'apps that do not run as they should',
      command: `<%= config.bin %> <%= command.id %> --query "apps[?status=='degraded'].name"`,
    },
  ];
  static override flags = {
    check: Flags.boolean({ description: 'End with exit code 21 when there are problems.' }),
    all: Flags.boolean({ description: 'Show every problem and every app, however small the terminal is.' }),
  };
  static override rigAuth = 'optional' as const;

  override async run(): Promise<Status> {
    const { flags } = await this.parse(StatusCommand);
    const status = await readStatus(this.hasRig ? this.rig : null, this.signal);
    if (!this.ui.machine)
      this.ui.print(
        renderStatus(status, {
          width: this.ui.width,
          height: flags.all ? null : this.ui.height,
          now: new Date(),
          style: (kind, text) => this.ui.style(kind, text),
        }),
      );
    if (flags.check && !status.healthy) this.setExitCode(ExitCode.problemsFound);
    return status;
  }
}
