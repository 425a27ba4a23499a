import { Args, Flags } from '@oclif/core';
import { scanTree } from '@rig-ops/bundle';
import type { Explanation, Source } from '@rig-ops/contract/resources';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { explainedSourceFlags } from '../../flags/source.ts';
import { explainBuild } from '../../logic/explain/explain-build.ts';
import { showExplanation } from '../../logic/explain/show-explanation.ts';
import { isLively } from '../../logic/lively.ts';
import { runPhases } from '../../logic/phases.ts';
import { readLimits } from '../../logic/read-limits.ts';
import { deployedPaths } from '../../logic/sources/deployed-paths.ts';
import { openSource } from '../../logic/sources/open-source.ts';

interface ExplainResult extends Explanation {
  path: string | null;
  source: Source;
  config: string[] | null;
}

export default class BuildsExplainCommand extends RigCommand {
  static override summary = 'Show how a source would be built, and why.';
  static override description =
    'Asks the platform, by the detectors that build there, what it makes of a source: what each detector found, the steps, ' +
    'the processes. It is told the names of the files, and given those that decide, as package.json; nothing is deployed, and no app need be there. ' +
    'Where it could not be built, the exit code is the one a deploy would have.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'an app in a folder of a larger source',
      command: '<%= config.bin %> <%= command.id %> --path services/api',
    },
    {
      description: 'a branch elsewhere',
      command: '<%= config.bin %> <%= command.id %> --from https://example.com/team/shop.git#next',
    },
    {
      description: 'in a script: the commands of the build',
      command: "<%= config.bin %> <%= command.id %> --query 'plan.steps[].command'",
    },
  ];
  static override args = {
    path: Args.string({
      description: 'Folder to look at; when absent the one that `deploy` would take.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    app: Flags.string({
      char: 'a',
      description: 'Show the variables that this app has for builds as well.',
      helpValue: 'NAME',
    }),
    ...explainedSourceFlags,
  };

  override async run(): Promise<ExplainResult> {
    const { args, flags } = await this.parse(BuildsExplainCommand);
    const { rigHome, signal, ui } = this;
    const lively = isLively(currentInvocation());
    const source = await openSource({
      cwd: this.cwd,
      path: args.path,
      from: flags.from,
      ref: flags.ref,
      folder: flags.path,
      stdin: currentInvocation().streams.stdin,
      signal,
      phase: (title, run) => runPhases([{ title, run }], ui, lively),
    });
    try {
      const config = flags.app === undefined ? null : await this.#buildConfig(flags.app);
      const limits = await readLimits(this.rig, signal);
      const scan = await scanTree(source.root, {
        signal,
        limits,
        exclude: [rigHome],
        gitRules: !source.isExact,
      });
      const explanation = await explainBuild(this.rig, scan, source.folder, signal);
      showExplanation(ui, explanation, config);
      for (const note of source.notes) ui.note(note);
      const { failure } = explanation;
      if (failure !== null) {
        ui.note(`${failure.message}\n${failure.hint}`);
        this.setExitCode(failure.exitCode);
      }
      return {
        path: source.from === null ? source.root : null,
        source: await source.describe(deployedPaths(scan)),
        ...explanation,
        config,
      };
    } finally {
      source.close();
    }
  }

  async #buildConfig(app: string): Promise<string[]> {
    const { variables } = await this.rig.call('getConfig', { params: { app }, signal: this.signal });
    return variables.filter(({ build }) => build).map(({ key }) => key);
  }
}
