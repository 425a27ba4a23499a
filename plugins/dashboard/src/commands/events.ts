import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import { matchEvents } from '../logic/match-events.ts';
import { type EventItem, readEvents } from '../logic/read-events.ts';

export default class EventsCommand extends RigCommand {
  static override summary = 'Show what happened: releases, health, scaling, access, sessions.';
  static override description =
    'Oldest first. Each event has a number: --after NUMBER goes on behind it, in this run or the next, so that a script misses none. The newest 10,000 are kept; when some behind that number are gone, a line says how many. --follow goes on over restarts of the platform.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'of one app, as it happens', command: '<%= config.bin %> <%= command.id %> shop -f' },
    {
      description: 'what went wrong',
      command: "<%= config.bin %> <%= command.id %> --kind 'instance.*,deploy.failed,release.taken-back'",
    },
    {
      description: 'for a program: every event from the beginning, once',
      command: '<%= config.bin %> <%= command.id %> --after 0 -f -o json',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Events of this app; of everything when absent.' }),
  };
  static override flags = {
    app: Flags.string({
      char: 'a',
      helpValue: 'APP',
      description: 'The same, as other commands take it.',
    }),
    follow: Flags.boolean({ char: 'f', description: 'Go on with new ones as they come.' }),
    lines: Flags.integer({
      char: 'n',
      min: 0,
      max: 10_000,
      default: 50,
      description: 'Begin so many before the end.',
    }),
    after: Flags.integer({
      min: 0,
      helpValue: 'NUMBER',
      description: 'Begin behind this event; 0 for the oldest.',
      exclusive: ['lines'],
    }),
    kind: Flags.string({
      char: 'k',
      multiple: true,
      delimiter: ',',
      helpValue: 'KIND',
      description: 'Of this kind; * stands for any part of it, as release.*',
    }),
  };

  async run(): Promise<AsyncIterable<EventItem>> {
    const { args, flags } = await this.parse(EventsCommand);
    const app = args.app ?? flags.app;
    if (args.app !== undefined && flags.app !== undefined) await this.appName(args.app, flags.app);
    // Nobody waits for the events of an app that is not there.
    if (app !== undefined) await this.rig.call('getApp', { params: { app }, signal: this.signal });
    const { unknownKinds } = await import('@rig-ops/contract/event-kinds');
    const unknown = unknownKinds(flags.kind ?? []);
    if (unknown.length > 0)
      this.ui.note(
        `No event that this rig knows is of the kind ${unknown.join(', ')}; docs/events.md lists them.`,
      );
    return readEvents(this.rig, {
      after: flags.after,
      lines: flags.lines,
      follow: flags.follow,
      matches: matchEvents({ app, kinds: flags.kind ?? [] }),
      onConnection: (isLost) =>
        this.ui.note(isLost ? 'The platform cannot be reached; trying again.' : 'Connected again.'),
      signal: this.signal,
    });
  }

  override renderRecord(record: object): string {
    const item = record as EventItem;
    if (item.type === 'gap') return this.ui.style('warn', `${item.missed} events are not kept any more.`);
    const { app, at, id, kind, message } = item;
    const where = app === null ? '' : ` ${app}`;
    const head = this.ui.style('dim', `${String(id).padStart(5)} ${at}`);
    return `${head} ${sanitise(`${kind}${where}: ${message}`)}`;
  }
}
