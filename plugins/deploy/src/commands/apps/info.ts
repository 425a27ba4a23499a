import { Args } from '@oclif/core';
import type { AppDetails } from '@rig-ops/contract/resources';
import { appFlag, RigCommand, tableFlags } from '@rig-ops/kit';
import { formatBytes, formatRelativeTime } from '@rig-ops/kit/text';
import { styleAppStatus } from '../../logic/app-status.ts';
import { describeLock } from '../../logic/describe-lock.ts';
import { showFields } from '../../logic/show-fields.ts';

export default class AppsInfoCommand extends RigCommand {
  static override summary = 'Show one app: release, URL, processes, instances.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'in a script: its URL',
      command: '<%= config.bin %> <%= command.id %> shop --query url',
    },
    {
      description: 'the instances, those with most memory first',
      command: '<%= config.bin %> <%= command.id %> shop --sort -memory',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = { ...appFlag, ...tableFlags };

  override async run(): Promise<AppDetails> {
    const { args, flags } = await this.parse(AppsInfoCommand);
    const name = await this.appName(args.app, flags.app);
    const app = await this.rig.call('getApp', { params: { app: name }, signal: this.signal });
    showFields(this.ui, {
      App: app.name,
      Status: styleAppStatus(this.ui, app.status),
      URL: app.url,
      Release: app.release === null ? null : `v${app.release}`,
      Network: app.network,
      Lock: app.lock === null ? null : describeLock(app.lock),
      Created: formatRelativeTime(app.createdAt),
      ...Object.fromEntries(
        app.processes.map((process) => [`Process ${process.name}`, process.command.join(' ')]),
      ),
    });
    if (app.instances.length === 0) return app;
    this.ui.print('');
    this.ui.table(
      app.instances.map((instance) => ({
        name: instance.name,
        release: `v${instance.release}`,
        state: instance.state,
        health: instance.health === 'unknown' ? '' : instance.health,
        started: formatRelativeTime(instance.startedAt),
        startedAt: instance.startedAt,
        restarts: instance.restarts,
        cpu: instance.cpuPercent === null ? '' : `${instance.cpuPercent.toFixed(1)} %`,
        cpuPercent: instance.cpuPercent,
        memoryBytes: instance.memoryBytes,
        memory: instance.memoryBytes === null ? '' : formatBytes(instance.memoryBytes),
      })),
      [
        { key: 'name', header: 'INSTANCE' },
        { key: 'release', header: 'RELEASE' },
        { key: 'state', header: 'STATE' },
        { key: 'health', header: 'HEALTH' },
        { key: 'started', header: 'STARTED', sortBy: 'startedAt' },
        { key: 'restarts', header: 'RESTARTS', align: 'right' },
        { key: 'cpu', header: 'CPU', align: 'right', sortBy: 'cpuPercent' },
        { key: 'memory', header: 'MEMORY', align: 'right', sortBy: 'memoryBytes' },
      ],
    );
    return app;
  }
}
