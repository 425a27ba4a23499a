import { Args, Flags } from '@oclif/core';
import { buildQuery, requestCondition } from '@rig-ops/contract/log-filters';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { NetworkLogs, type NetworkPart, networkParts, type WholeLine } from '@rig-ops/wire/log-feed';
import { LogCommand, linesFlag, logFlags } from '../../log-command.ts';
import { listAppsOf } from '../../logic/list-apps-of.ts';
import { networkOriginFlags, queryFlags } from '../../query-flags.ts';

export default class LogsNetworkCommand extends LogCommand {
  static override summary = 'Show and follow everything in a network: requests, app lines, events.';
  static override description =
    `Requests at the edge, what the apps print, and what happened to them, merged by time. A request has the id of its X-Request-Id header at the end of its line; an app that logs that header can be searched for it with --grep.

A request line has: method, host and path, status, time to the first byte / in all, bytes in and out, instance, client. Query strings are never recorded: they may carry secrets. An app that is created while you follow joins.`;
  static override examples = [
    {
      description: 'Everything in the default network, as it happens',
      command: '<%= config.bin %> <%= command.id %> -f',
    },
    {
      description: 'Requests that failed in the last hour',
      command: '<%= config.bin %> <%= command.id %> --status 5xx --since 1h',
    },
    {
      description: 'Slow requests below a path',
      command: '<%= config.bin %> <%= command.id %> --path /api --slow 500ms',
    },
    {
      description: 'Everything about one request',
      command: '<%= config.bin %> <%= command.id %> --grep 5b0fffb2-6f5e-4c3e-8b1e-0d9b5b9cf2c5',
    },
  ];
  static override args = {
    network: Args.string({ description: 'The network.', default: 'default' }),
  };
  static override flags = {
    ...logFlags,
    lines: Flags.integer({
      ...linesFlag,
      description: 'Begin this many lines before the end.',
      default: 100,
    }),
    only: Flags.string({
      options: [...networkParts],
      multiple: true,
      delimiter: ',',
      description: 'Only requests, only what apps print, only events.',
      helpGroup: 'SELECT',
    }),
    status: Flags.string({
      multiple: true,
      delimiter: ',',
      description: 'Requests with this status, or a class of them, as 5xx.',
      helpValue: 'STATUS',
      helpGroup: 'REQUESTS',
    }),
    path: Flags.string({
      description: 'Requests whose path begins like this.',
      helpValue: 'PATH',
      helpGroup: 'REQUESTS',
    }),
    method: Flags.string({
      multiple: true,
      delimiter: ',',
      description: 'Requests with this method.',
      helpGroup: 'REQUESTS',
    }),
    slow: Flags.string({
      description: 'Requests that took this long or longer, as 500ms or 2s.',
      helpValue: 'TIME',
      helpGroup: 'REQUESTS',
    }),
    ...queryFlags,
    ...networkOriginFlags,
  };

  async run(): Promise<AsyncIterable<LogRecord | WholeLine>> {
    const { args, flags } = await this.parse(LogsNetworkCommand);
    const condition = requestCondition(flags);
    // Who asks for a kind of request asks for requests.
    const only =
      (flags.only as NetworkPart[] | undefined) ?? (condition === undefined ? networkParts : ['edge']);
    const network = new NetworkLogs(args.network, new Set(only), buildQuery(flags), condition);
    const apps = await listAppsOf(this.rig, args.network, this.signal);
    return this.stream(
      {
        logs: network.of(apps),
        namesApp: true,
        ...(flags.follow && only.includes('events') ? { onRecord: network.onRecord } : {}),
      },
      flags,
    );
  }
}
