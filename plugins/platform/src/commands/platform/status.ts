import { describePlace } from '@rig-ops/contract/database-place';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { describeEngine } from '../../logic/describe-engine.ts';
import { describePlatform, type PlatformDescription } from '../../logic/describe-platform.ts';

export default class PlatformStatusCommand extends RigCommand {
  static override summary = 'Tell whether the platform runs on this machine, and its parts.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'in a script: where the API is',
      command: '<%= config.bin %> <%= command.id %> --query url',
    },
  ];
  static override flags = tableFlags;
  static override rigAuth = 'none' as const;

  override async run(): Promise<PlatformDescription> {
    await this.parse(PlatformStatusCommand);
    const result = await describePlatform(this.rigHome, this.signal);
    this.#show(result);
    return result;
  }

  #show(result: PlatformDescription): void {
    const { running, version, url, publicUrl, startedAt, folder, database, docker, parts, problem } = result;
    const { ui } = this;
    if (!running) {
      const server = database.kind === 'postgres' ? ` and in the database ${describePlace(database)}` : '';
      ui.print(`The platform does not run. Its state is in ${folder}${server}.`);
      ui.note('Start it: `rig platform start`');
      return;
    }
    const since = startedAt === null ? '' : `, started ${formatRelativeTime(startedAt)}`;
    ui.print(`${ui.style('strong', 'platform')} ${version}  ${url ?? 'rigd does not answer'}${since}`);
    if (publicUrl !== null) ui.print(`other machines: ${publicUrl}`);
    const server = database.kind === 'postgres' ? `, and in the database ${describePlace(database)}` : '';
    ui.print(`state in ${folder}${server}`);
    ui.print(`apps run on ${describeEngine(result)}`);
    if (result.registry !== null) ui.print(`images are pushed to ${result.registry}`);
    ui.print('');
    if (docker?.problem != null) {
      ui.warn(docker.problem.message);
      ui.note(docker.problem.hint);
    }
    if (problem !== null) {
      ui.warn(problem.message);
      ui.note(`rigd is started again until it can begin; apps go on. ${problem.hint}`);
    }
    ui.table(
      parts.map(({ name, pid, restarts, lastExit }) => ({
        name,
        state: pid === null ? ui.style('bad', 'down') : ui.style('good', 'up'),
        pid,
        restarts,
        lastExit,
      })),
      [
        { key: 'name', header: 'PART' },
        { key: 'state', header: 'STATE' },
        { key: 'pid', header: 'PID', align: 'right' },
        { key: 'restarts', header: 'RESTARTS', align: 'right' },
        { key: 'lastExit', header: 'LAST EXIT' },
      ],
    );
  }
}
