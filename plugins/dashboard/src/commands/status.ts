import { Flags } from '@oclif/core';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { Status } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { renderStatus } from '../logic/render-status.ts';

export default class StatusCommand extends RigCommand {
  static override summary = 'Show the platform and every app on one screen.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'in a script: exit code 21 when something is not all right',
      command: '<%= config.bin %> <%= command.id %> --check',
    },
  ];
  static override flags = {
    check: Flags.boolean({ description: 'End with exit code 21 when there are problems.' }),
  };

  override async run(): Promise<Status> {
    const { flags } = await this.parse(StatusCommand);
    const status = await this.rig.call('getStatus', { signal: this.signal });
    this.ui.print(
      renderStatus(status, {
        width: this.ui.width,
        now: new Date(),
        style: (kind, text) => this.ui.style(kind, text),
      }),
    );
    if (flags.check && !status.healthy) this.setExitCode(ExitCode.problemsFound);
    return status;
  }
}
