import { Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { RecordingSettings, RecordingSettingsChange } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

/** Bounds of the API: a quarter of an hour, and 0.1 MiB. */
const LEAST_DAYS = 0.01;
const LEAST_MEBIBYTES = 0.1;

export default class SessionsRecordingSet extends RigCommand {
  static override summary = 'Set how sessions are recorded, and how long that is kept.';
  static override description =
    'Recordings that are too old or too many are removed at once, those of sessions that run are not. What is recorded of a session is settled when it begins. "default" takes a limit away again.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --age 90d --total 20GiB',
    '<%= config.bin %> <%= command.id %> --space 256MiB --age default',
  ];
  static override flags = {
    age: Flags.string({
      helpValue: 'AGE',
      description: 'Remove a recording so long after its session, as 12h, 30d or 2w.',
    }),
    total: Flags.string({ helpValue: 'SIZE', description: 'Space of all recordings; the oldest go first.' }),
    space: Flags.string({
      helpValue: 'SIZE',
      description: 'Space of one recording, compressed, as 64MiB; behind it nothing more is recorded.',
    }),
    input: Flags.boolean({
      allowNo: true,
      description: 'Record what is typed as well, passwords included.',
    }),
  };

  override async run(): Promise<RecordingSettings> {
    const { flags } = await this.parse(SessionsRecordingSet);
    const { parseDays, parseMebibytes } = await import('@rig-ops/kit/amounts');
    const size = (text: string) => (text === 'default' ? null : parseMebibytes(text, LEAST_MEBIBYTES));
    const { age, total, space, input } = flags;
    const body: RecordingSettingsChange = {
      ...(age === undefined ? {} : { days: age === 'default' ? null : parseDays(age, LEAST_DAYS) }),
      ...(total === undefined ? {} : { totalMegabytes: size(total) }),
      ...(space === undefined ? {} : { sessionMegabytes: size(space) }),
      ...(input === undefined ? {} : { input }),
    };
    if (Object.keys(body).length === 0) {
      throw new RigError('usage', 'Nothing is to be changed.', {
        hint: 'Name a limit, as --age 30d; `rig sessions recording show` has what holds.',
      });
    }
    const settings = await this.rig.call('setRecordingSettings', { body, signal: this.signal });
    const { showSettings } = await import('../../../logic/recording/show-settings.ts');
    showSettings(this.ui, settings);
    return settings;
  }
}
