import type { ReadStream, WriteStream } from 'node:tty';
import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { StreamSink } from '../../logic/byte-sink.ts';
import type { ReplayRecord } from '../../logic/recording/replay-records.ts';

export default class SessionsReplay extends RigCommand {
  static override summary = 'Play the recording of a session in the terminal.';
  static override description =
    `With the timing it had. Keys: space pauses and goes on, the left and right arrows go back and forth by 5 s, up and down by a minute, a digit to that tenth of it, [ and ] to the marker before and behind, . on to what was printed next, + and - change the speed, q quits.

The picture is right in a window at least as large as the one that was recorded; in a smaller one the replay begins paused and says so. Where stdout is not a terminal, it is what a person saw, as plain text.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> ses_4k2h9',
    {
      description: 'Twice as fast, and no pause longer than two seconds',
      command: '<%= config.bin %> <%= command.id %> ses_4k2h9 --speed 2 --idle-limit 2s',
    },
    {
      description: 'What was printed, to read or search',
      command: '<%= config.bin %> <%= command.id %> ses_4k2h9 | less',
    },
  ];
  static override rigRawOutput = true;
  static override args = {
    session: Args.string({ required: true, description: 'Id of the session.' }),
  };
  static override flags = {
    speed: Flags.string({ char: 's', helpValue: 'N', default: '1', description: 'So many times as fast.' }),
    'idle-limit': Flags.string({
      char: 'i',
      helpValue: 'TIME',
      description: 'No pause is longer, as 2s or 500ms.',
    }),
    paused: Flags.boolean({ description: 'Begin paused.' }),
  };

  override async run(): Promise<AsyncIterable<ReplayRecord> | undefined> {
    const { args, flags } = await this.parse(SessionsReplay);
    const { parseSpeed, parseSeconds } = await import('../../logic/recording/parse-timing.ts');
    const speed = parseSpeed(flags.speed);
    const idleLimit = flags['idle-limit'] === undefined ? undefined : parseSeconds(flags['idle-limit']);
    const { session } = args;
    const { signal } = this;
    const { openRecording } = await import('../../logic/recording/open-recording.ts');
    const recording = await openRecording(this.rig, session, { purpose: 'replay', signal });
    if (recording.live) this.ui.note('The session still runs: this is what was recorded so far.');
    const { blocks } = recording;
    const { stdin, stdout } = this.streams;
    if (this.ui.machine) {
      const { replayRecords } = await import('../../logic/recording/replay-records.ts');
      return replayRecords(blocks);
    }
    if (stdout.isTTY !== true) {
      const { convert } = await import('../../logic/recording/convert.ts');
      const sink = new StreamSink(stdout);
      for await (const chunk of convert(blocks, 'text')) await sink.take(chunk);
      return undefined;
    }
    const { playRecording } = await import('../../logic/recording/play-recording.ts');
    await playRecording(blocks, {
      stdin: stdin as ReadStream,
      stdout: stdout as WriteStream,
      speed,
      idleLimit,
      paused: flags.paused,
      signal,
      note: (text) => this.ui.note(text),
    });
    return undefined;
  }
}
