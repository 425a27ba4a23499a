import { Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { LogRetention, LogRetentionChange } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

/** Bounds of the API: a quarter of an hour, and 2 KiB. */
const LEAST_DAYS = 0.01;
const LEAST_RATE = 2 / 1024;

export default class LogsRetentionSet extends RigCommand {
  static override summary = 'Set how much of logs is kept, and how fast they may grow.';
  static override description =
    'For every log, or for those of one app. Holds within ten seconds, without a restart. "default" takes a limit away again: then that of the platform holds, or the one rig comes with.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --age 30d --space 2GiB --total 40GiB',
    '<%= config.bin %> <%= command.id %> --app shop --rate 1MiB --age default',
  ];
  static override flags = {
    app: Flags.string({ char: 'a', description: 'Only for the logs of this app.', exclusive: ['total'] }),
    space: Flags.string({
      helpValue: 'SIZE',
      description: 'Space of one log, compressed, as 512MiB or 2GiB; the oldest lines go first.',
    }),
    age: Flags.string({ helpValue: 'AGE', description: 'Remove lines that are older, as 12h, 30d or 2w.' }),
    rate: Flags.string({
      helpValue: 'SIZE',
      description: 'Store no more than this in a second; the app is not slowed down, its output waits.',
    }),
    burst: Flags.string({ helpValue: 'SIZE', description: 'What may come at once beyond the rate.' }),
    total: Flags.string({ helpValue: 'SIZE', description: 'Space of all logs together.' }),
  };

  override async run(): Promise<LogRetention> {
    const { flags } = await this.parse(LogsRetentionSet);
    const { parseDays, parseMebibytes } = await import('@rig-ops/kit/amounts');
    const size = (text: string, least: number) => (text === 'default' ? null : parseMebibytes(text, least));
    const { app, space, age, rate, burst, total } = flags;
    const body: LogRetentionChange = {
      ...(space === undefined ? {} : { megabytes: size(space, 1) }),
      ...(age === undefined ? {} : { days: age === 'default' ? null : parseDays(age, LEAST_DAYS) }),
      ...(rate === undefined ? {} : { megabytesPerSecond: size(rate, LEAST_RATE) }),
      ...(burst === undefined ? {} : { burstMegabytes: size(burst, LEAST_RATE) }),
      ...(total === undefined ? {} : { totalMegabytes: size(total, 16) }),
    };
    if (Object.keys(body).length === 0) {
      throw new RigError('usage', 'Nothing is to be changed.', {
        hint: 'Name a limit, as --age 30d; `rig logs retention show` has what holds.',
      });
    }
    const { signal } = this;
    const retention =
      app === undefined
        ? await this.rig.call('setLogRetention', { body, signal })
        : await this.rig.call('setAppLogRetention', { params: { app }, body, signal });
    const { showRetention } = await import('../../../logic/show-retention.ts');
    showRetention(this.ui, retention);
    return retention;
  }
}
