import { RigCommand } from '@rig-ops/kit';

export interface ResetResult {
  /** Whether there was a terminal to set right. */
  terminal: boolean;
}

export default class ResetCommand extends RigCommand {
  static override summary = 'Make the terminal usable again.';
  static override description =
    `For a terminal whose rig was killed (kill -9) while a shell or a program had it: keys are not shown, lines are askew, the mouse types. Sets its modes as \`stty sane\` does, leaves the screen of a full-screen program, and switches off what such programs switch on. What the screen shows stays.

Type it blindly, with Ctrl-J in place of Enter where Enter does nothing. The session itself is not touched: \`rig sessions list\` tells whether it still runs.`;
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override rigAuth = 'none' as const;

  override async run(): Promise<ResetResult> {
    await this.parse(ResetCommand);
    const { stdin, stdout, stderr } = this.streams;
    const shown = this.ui.machine || stdout.isTTY !== true ? stderr : stdout;
    if (stdin.isTTY !== true && shown.isTTY !== true) {
      this.ui.note('There is no terminal here.');
      return { terminal: false };
    }
    const { makeSane, SOFT_RESET } = await import('../logic/terminal/soft-reset.ts');
    if (stdin.isTTY === true) await makeSane();
    if (shown.isTTY === true) shown.write(SOFT_RESET);
    return { terminal: true };
  }
}
