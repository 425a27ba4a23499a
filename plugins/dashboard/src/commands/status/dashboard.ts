import type { WriteStream } from 'node:tty';
import { Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { type DashboardDocument, readDashboard } from '../../logic/dashboard/dashboard-document.ts';
import type { WebLogin } from '../../logic/web-login/web-login.ts';
import { type DashboardRecord, watchDashboard } from '../../logic/dashboard/watch-dashboard.ts';
import { renderChange, renderDashboard } from '../../logic/render-dashboard.ts';
import type { Look } from '../../logic/render-status.ts';
import type { KeyboardSource } from '../../tui/mouse-filter.ts';

/** Where nobody has a width, a page is as wide as its content. */
const PAGE_WIDTH = 240;

export default class StatusDashboardCommand extends RigCommand {
  static override summary = 'The whole platform, live in this terminal or in a browser.';
  static override description =
    `Every app with its instances, CPU, memory, requests, latency and errors; what is wrong and what to type; from there by keys to instances, releases, live logs, a shell, events, sessions and the audit log. ? shows the keys, q leaves.

Where stdout is no terminal, and with --once, it prints one page. With -o json it is one document, and with --watch a line for every change.

--web opens the pages of the platform, logged in: with charts, releases, configuration, logs, recordings and a terminal. Where there is no browser in front of you, it prints the address to open, which is good once, for a minute.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'Begin with some of the apps',
      command: '<%= config.bin %> <%= command.id %> --filter shop',
    },
    { description: 'In a browser', command: '<%= config.bin %> <%= command.id %> --web' },
    { description: 'One page', command: '<%= config.bin %> <%= command.id %> --once' },
    {
      description: 'For a program: everything at first, then each change',
      command: '<%= config.bin %> <%= command.id %> --watch -o json',
    },
  ];
  static override flags = {
    once: Flags.boolean({ description: 'Print one page and end.', exclusive: ['watch'] }),
    watch: Flags.boolean({ char: 'w', description: 'Print what changes, line by line.' }),
    web: Flags.boolean({
      description: 'Open the pages of the platform in a browser.',
      exclusive: ['once', 'watch', 'filter'],
    }),
    open: Flags.boolean({
      allowNo: true,
      dependsOn: ['web'],
      description:
        'Open a browser; by default where there is one in front of you. Without, print the address.',
    }),
    interval: Flags.integer({
      min: 1,
      max: 3600,
      default: 2,
      helpValue: 'SECONDS',
      description: 'Look again after so many seconds.',
    }),
    filter: Flags.string({
      char: 'f',
      helpValue: 'WORDS',
      description: 'Begin with apps that have these words; / changes it.',
      exclusive: ['once', 'watch'],
    }),
    mouse: Flags.boolean({
      default: true,
      allowNo: true,
      description: 'Take the wheel and clicks; without, the terminal selects text as always.',
    }),
  };

  async run(): Promise<DashboardDocument | WebLogin | AsyncIterable<DashboardRecord> | undefined> {
    const { flags } = await this.parse(StatusDashboardCommand);
    if (flags.web) return await this.#openPages(flags.open);
    const intervalMs = flags.interval * 1_000;
    if (flags.watch) return watchDashboard(this.rig, { intervalMs, signal: this.signal });
    if (flags.once || !this.#hasTerminal()) {
      const document = await readDashboard(this.rig, this.signal);
      this.ui.print(renderDashboard(document, this.#look()));
      return document;
    }
    // Who cannot reach the platform, or may not, is told so here and not on a screen that goes away.
    await this.rig.call('getStatus', { signal: this.signal });
    const { openDashboard } = await import('../../tui/open-dashboard.ts');
    const { stdin, stdout } = this.streams;
    const entry = process.argv[1];
    if (entry === undefined) throw new RigError('unexpected', 'It is not known how rig was started.');
    const env = {
      ...process.env,
      ...(this.chosenContext === undefined ? {} : { RIG_CONTEXT: this.chosenContext }),
    };
    const exitCode = await openDashboard({
      client: this.rig,
      context: this.rig.target.name,
      intervalMs,
      mouse: flags.mouse,
      filter: flags.filter ?? '',
      stdin: stdin as KeyboardSource,
      stdout: stdout as WriteStream,
      env,
      rig: [process.execPath, ...this.nodeArguments, entry],
      signal: this.signal,
    });
    this.setExitCode(exitCode);
    return undefined;
  }

  override renderRecord(record: object): string | undefined {
    return renderChange(record as DashboardRecord, this.#look());
  }

  async #openPages(wanted: boolean | undefined): Promise<WebLogin> {
    const { openPages } = await import('../../logic/web-login/open-pages.ts');
    const { env, rigHome, signal, ui } = this;
    const watched = ui.interactive && this.streams.stdout.isTTY === true;
    return await openPages({ client: this.rig, env, rigHome, signal, ui, watched, wanted });
  }

  #look(): Look {
    return {
      width: this.streams.stdout.isTTY === true ? this.ui.width : PAGE_WIDTH,
      now: new Date(),
      style: (kind, text) => this.ui.style(kind, text),
    };
  }

  /** Whether there is one to draw on and to read keys from. */
  #hasTerminal(): boolean {
    const { stdin, stdout } = this.streams;
    return !this.ui.machine && stdin.isTTY === true && stdout.isTTY === true && this.env.TERM !== 'dumb';
  }
}
