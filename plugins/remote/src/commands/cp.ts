import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { formatBytes, sanitise } from '@rig-ops/kit/text';
import { CopyProgress } from '../logic/copy/copy-progress.ts';
import { parseCopy, STANDARD } from '../logic/copy/parse-copy.ts';
import { type CopyOutcome, runCopy } from '../logic/copy/run-copy.ts';

/** More names help nobody; `-o json` has up to a hundred. */
const SHOWN = 10;

export interface CopyResult {
  session: string;
  instance: string;
  direction: 'in' | 'out';
  files: number;
  bytes: number;
  left: { path: string; why: string }[];
  leftCount: number;
}

export default class CopyCommand extends RigCommand {
  static override summary = 'Copy files to and from an app.';
  static override description =
    `One side is APP:path, or APP/web.1:path for one of its instances, or :path for the app of rig.toml; the path is relative to the folder of the app and stays in its folders. \`-\` is stdin or stdout, of one file.

The rules are those of cp: into a folder that is there, else under the name that is given. Files that are there are replaced, and nothing else of a folder; with --no-clobber they stay. Modes, times of change and links are kept. Links inside a folder are copied as links and never followed; what is no file, folder or link is left out and told.

A file, or a folder of which nothing was there, has its name only once it is whole. What is put into an app is there until its instance or release goes.`;
  static override usage = 'cp [-r] SRC DST [FLAGS]';
  static override examples = [
    { description: 'A file from the app', command: '<%= config.bin %> cp shop:report.pdf .' },
    {
      description: 'A folder into one instance',
      command: '<%= config.bin %> cp -r seeds shop/worker.2:data/',
    },
    { description: 'What is in a folder', command: '<%= config.bin %> cp -r shop:logs/. ./logs' },
    {
      description: 'One file through a pipe',
      command: '<%= config.bin %> cp shop:dump.sql - | gzip > dump.sql.gz',
    },
  ];
  static override rigRawOutput = true;
  static override args = {
    source: Args.string({ required: true, description: 'What is copied.' }),
    destination: Args.string({ required: true, description: 'Where to.' }),
  };
  static override flags = {
    recursive: Flags.boolean({ char: 'r', description: 'A folder with what is in it.' }),
    'no-clobber': Flags.boolean({ char: 'n', description: 'Leave files that are there already.' }),
    process: Flags.string({ char: 'p', description: 'In the first running instance of this process.' }),
    instance: Flags.string({ char: 'i', description: 'In this instance, as web.1.', exclusive: ['process'] }),
    reason: Flags.string({ description: 'Why; kept in the audit log.' }),
  };

  async run(): Promise<CopyResult | undefined> {
    const { args, flags } = await this.parse(CopyCommand);
    const wanted = parseCopy(args.source, args.destination);
    const { direction, local, remote } = wanted;
    const toStdout = direction === 'out' && local === STANDARD;
    if (toStdout && this.ui.machine) {
      throw new RigError('usage', 'stdout carries either the file or the document.');
    }
    const instance = remote.instance ?? flags.instance;
    const { stdin, stdout, stderr } = this.streams;
    const outcome = await runCopy(await this.rig.connect(), {
      wanted,
      params: {
        app: await this.appName(remote.app),
        ...(flags.process === undefined ? {} : { process: flags.process }),
        ...(instance === undefined ? {} : { instance }),
        ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      },
      // As it ends, so it is meant: `dir/` and `dir/.`.
      resolve: (path) =>
        resolve(this.cwd, path) + (/(?:^|\/)\.\.?$/.test(path) ? '/.' : path.endsWith('/') ? '/' : ''),
      recursive: flags.recursive,
      noClobber: flags['no-clobber'],
      stdin,
      stdout,
      progress: new CopyProgress(stderr.isTTY === true && !this.ui.machine && !toStdout ? stderr : null),
      signal: this.signal,
    });
    this.#tell(outcome, toStdout);
    const { session, files, bytes, left, leftCount, unreadable } = outcome;
    if (unreadable > 0) {
      const [first] = left;
      const what = unreadable === 1 ? `${first?.path ?? 'one thing'} was` : `${unreadable} things were`;
      throw new RigError('copy_incomplete', `${what} not copied; the rest was.`, {
        details: { session, files, bytes, left, leftCount },
      });
    }
    if (!this.ui.machine) return undefined;
    return { session, instance: outcome.instance, direction, files, bytes, left, leftCount };
  }

  #tell({ files, bytes, left, leftCount }: CopyOutcome, quiet: boolean): void {
    for (const { path, why } of left.slice(0, SHOWN)) this.ui.note(sanitise(`Left out: ${path} (${why})`));
    if (leftCount > SHOWN) this.ui.note(`… and ${leftCount - SHOWN} more`);
    if (!quiet) this.ui.note(`Copied ${files === 1 ? '1 file' : `${files} files`}, ${formatBytes(bytes)}.`);
  }
}
