import { constants } from 'node:os';
import { Args, Flags } from '@oclif/core';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { chooseForwards } from '../logic/forward/choose-forwards.ts';
import type { ForwardRecord } from '../logic/forward/forward-records.ts';
import { isLoopback } from '../logic/forward/parse-forward.ts';
import { runForward } from '../logic/forward/run-forward.ts';
import { describeRecord } from '../logic/forward/show-forward.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export default class ForwardCommand extends RigCommand {
  static override summary = 'Reach ports of an app from this machine.';
  static override description =
    `Listens on this machine and carries every TCP connection to the app, each to an instance that runs at that moment: a deploy or restart of the app does not end the forward. REMOTE is a port that the app listens on, or the name of one of its processes for its PORT; without one it is the PORT of \`web\`. Ports of other apps and of the platform are out of reach.

Without LOCAL it listens on the same port, or for a process on any that is free; 0 takes any that is free as well. It listens on loopback unless ADDRESS says otherwise.

A lost connection to the platform is made anew; what was open then ends with a reset. Ctrl-C ends everything.`;
  static override usage = 'forward [APP] [[[ADDRESS:]LOCAL:]REMOTE...] [FLAGS]';
  static override examples = [
    {
      description: 'The database port that the app listens on, as 127.0.0.1:5432',
      command: '<%= config.bin %> forward shop 5432',
    },
    {
      description: 'Several at once, one on another local port',
      command: '<%= config.bin %> forward shop 8080:web 9229',
    },
    {
      description: 'The debugger of one instance of the app of rig.toml',
      command: '<%= config.bin %> forward 9229 --instance worker.2',
    },
    {
      description: 'Any free port, for a script to read',
      command: '<%= config.bin %> forward shop 0:web -o json',
    },
  ];
  static override strict = false;
  static override args = {
    app: Args.string({
      description: 'The app, that of rig.toml when absent; then what to reach, as [[ADDRESS:]LOCAL:]REMOTE.',
      multiple: true,
    }),
  };
  static override flags = {
    ...appFlag,
    process: Flags.string({ char: 'p', description: 'In a running instance of this process.' }),
    instance: Flags.string({
      char: 'i',
      description: 'In this instance, as web.1.',
      exclusive: ['process'],
    }),
    reason: Flags.string({ description: 'Why; kept in the audit log.' }),
    verbose: Flags.boolean({ char: 'v', description: 'A line for every connection, on stderr.' }),
    'max-wait': Flags.integer({
      description: 'Seconds to wait for a platform that went away.',
      helpValue: 'SECONDS',
      default: 180,
      min: 0,
      max: 86_400,
    }),
  };

  async run(): Promise<AsyncIterable<ForwardRecord>> {
    const { argv, flags } = await this.parse(ForwardCommand);
    const { app: named, forwards } = chooseForwards(argv as string[], flags.app);
    const app = await this.appName(named);
    for (const { address } of forwards) {
      if (address !== null && !isLoopback(address))
        this.ui.warn(`Everybody who reaches ${address} can connect to ${app} through this forward.`);
    }
    const records = runForward({
      app,
      forwards,
      process: flags.process,
      instance: flags.instance,
      reason: flags.reason,
      connect: () => this.rig.connect(),
      patienceMs: flags['max-wait'] * 1000,
      signal: this.#endOfForward(),
    });
    return this.ui.machine ? records : this.#show(records, flags.verbose);
  }

  override renderRecord(record: object): string | undefined {
    return describeRecord(record as ForwardRecord);
  }

  /** Ctrl-C is how a forward ends: in order, with its exit code, and what is behind it is quiet. */
  #endOfForward(): AbortSignal {
    const asked = new AbortController();
    const listeners = signals.map((signal) => {
      const listener = () => {
        this.setExitCode(128 + constants.signals[signal]);
        asked.abort();
        // A second one ends it by force.
        for (const each of listeners) process.off(each.signal, each.listener);
      };
      process.on(signal, listener);
      return { signal, listener };
    });
    return AbortSignal.any([asked.signal, this.signal]);
  }

  /** stdout says where it listens; what happens with it goes to stderr. */
  async *#show(records: AsyncIterable<ForwardRecord>, verbose: boolean): AsyncGenerator<ForwardRecord> {
    for await (const record of records) {
      if (record.type === 'listening') yield record;
      else if (verbose || (record.type !== 'connection' && record.type !== 'closed')) {
        this.ui.note(describeRecord(record));
      }
    }
  }
}
