import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { StreamSink } from '../../logic/byte-sink.ts';

const FORMATS = ['asciicast-v3', 'asciicast-v2', 'text', 'raw', 'ndjson'] as const;

export interface ExportResult {
  session: string;
  format: (typeof FORMATS)[number];
  file: string;
  bytes: number;
  /** Of the file. */
  sha256: string;
  /** Of the recording as the platform keeps it, by its audit log; null while the session runs. */
  recordingSha256: string | null;
}

export default class SessionsExport extends RigCommand {
  static override summary = 'Write the recording of a session to a file, or to stdout.';
  static override description =
    `First the recording is compared with its hash in the audit log; one that was altered is not handed out. Of a session that still runs it is what was recorded so far.

asciicast-v3 and asciicast-v2 are for players: asciinema 3 and newer, and asciinema 2. text is what a person saw, without colours and cursor movements. raw is what the program printed, to the byte. ndjson has a record for each piece, with its time; of a session without a terminal it ends with the hash of each stream.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> ses_4k2h9 --file session.cast',
    '<%= config.bin %> <%= command.id %> ses_4k2h9 --format asciicast-v2 --file session.cast && asciinema play session.cast',
    '<%= config.bin %> <%= command.id %> ses_4k2h9 --format text | less',
  ];
  static override rigRawOutput = true;
  static override args = {
    session: Args.string({ required: true, description: 'Id of the session.' }),
  };
  static override flags = {
    format: Flags.option({
      options: FORMATS,
      default: 'asciicast-v3' as const,
      description: 'What to write.',
    })(),
    file: Flags.string({
      char: 'f',
      helpValue: 'FILE',
      description: 'Where; for its owner alone. stdout when absent.',
    }),
    force: Flags.boolean({ description: 'Replace the file if it is there.', dependsOn: ['file'] }),
  };

  override async run(): Promise<ExportResult | undefined> {
    const { args, flags } = await this.parse(SessionsExport);
    const { session } = args;
    const { format } = flags;
    if (flags.file === undefined && this.ui.machine) {
      throw new RigError('usage', 'The recording and its description cannot both go to stdout.', {
        hint: 'Say where to write it: --file session.cast.',
      });
    }
    const { signal } = this;
    const [{ openRecording }, { convert }] = await Promise.all([
      import('../../logic/recording/open-recording.ts'),
      import('../../logic/recording/convert.ts'),
    ]);
    const { live, sha256, blocks } = await openRecording(this.rig, session, { purpose: 'export', signal });
    if (live) this.ui.note('The session still runs: this is what was recorded so far.');
    const chunks = convert(blocks, format);
    if (flags.file === undefined) {
      const sink = new StreamSink(this.streams.stdout);
      for await (const chunk of chunks) await sink.take(chunk);
      return undefined;
    }
    const { writeExport } = await import('../../logic/recording/write-export.ts');
    const file = resolve(this.cwd, flags.file);
    const written = await writeExport(file, chunks, flags);
    this.ui.print(
      `${file} has ${written.bytes} bytes${sha256 === undefined ? '' : '; the recording is what the audit log says it is'}.`,
    );
    return { session, format, file, ...written, recordingSha256: sha256 ?? null };
  }
}
