import type { RecordingSettings } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class SessionsRecordingShow extends RigCommand {
  static override summary = 'Show how sessions are recorded, and how long that is kept.';
  static override description =
    'Which sessions are recorded is for the policies of the platform, its networks and apps to say; without one, those whose user asks for it.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  override async run(): Promise<RecordingSettings> {
    await this.parse(SessionsRecordingShow);
    const settings = await this.rig.call('getRecordingSettings', { signal: this.signal });
    const { showSettings } = await import('../../../logic/recording/show-settings.ts');
    showSettings(this.ui, settings);
    return settings;
  }
}
