import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { type PlatformStop, stopPlatform } from '../../logic/stop-platform.ts';

export default class PlatformStopCommand extends RigCommand {
  static override summary = 'Stop the platform on this machine and all its apps.';
  static override description = 'Apps are back with the next start. Does nothing when it does not run.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override rigAuth = 'none' as const;

  override async run(): Promise<PlatformStop> {
    await this.parse(PlatformStopCommand);
    const result = await stopPlatform({
      rigHome: this.rigHome,
      entries: this.platformEntries,
      nodeArguments: this.nodeArguments,
      version: currentInvocation().version,
      env: this.env,
      onNote: (text) => this.ui.note(text),
      signal: this.signal,
    });
    if (result.forced) this.ui.warn('The platform did not react and was killed.');
    this.ui.print(result.wasRunning ? 'Stopped.' : 'The platform does not run.');
    return result;
  }
}
