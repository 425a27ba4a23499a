import { Args, Flags } from '@oclif/core';
import type { ConfigChange } from '@rig-ops/contract/resources';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { DeployGuard } from '@rig-ops/contract/routes';
import { appFlag, currentInvocation, RigCommand } from '@rig-ops/kit';
import { guardFlags } from '../flags/guard.ts';
import { attachDeploy, findDeploy } from '../logic/attach-deploy.ts';
import { chooseAppName } from '../logic/choose-app-name.ts';
import { type DeployResult, deploySource } from '../logic/deploy-source.ts';
import { buildFlags, buildOptionsOf } from '../flags/build.ts';
import { deployConfigFlags, newAppFlags } from '../flags/config.ts';
import { rolloutFlags } from '../flags/rollout.ts';
import { scanFlags } from '../flags/scan.ts';
import { sourceFlags } from '../flags/source.ts';
import { readDeployConfig } from '../logic/config/deploy-config.ts';
import type { DryRunResult } from '../logic/dry-run.ts';
import { isLively } from '../logic/lively.ts';
import type { DeployPlan } from '../logic/plan/plan-deploy.ts';
import { readNewAppOf } from '../logic/new-app.ts';
import { readGuard } from '../logic/read-guard.ts';
import { showOutcome } from '../logic/show-outcome.ts';
import { runPhases } from '../logic/phases.ts';
import { readRollout, type RolloutFlags } from '../logic/read-rollout.ts';
import { requireApp } from '../logic/require-app.ts';
import type { OpenedSource } from '../logic/sources/opened-source.ts';
import { openSource } from '../logic/sources/open-source.ts';

interface DeployFlags extends RolloutFlags {
  app?: string | undefined;
  image?: string | undefined;
  create: boolean;
  yes: boolean;
  message?: string | undefined;
  network?: string | undefined;
  domain?: string[] | undefined;
  rebuild: boolean;
  'no-cache': boolean;
}

export default class DeployCommand extends RigCommand {
  static override summary = 'Deploy a folder, an archive, a git repository or an image.';
  static override description =
    'Uploads what changed, builds it, starts it beside what is live, and switches over once it is healthy. ' +
    'If anything fails, what is live stays live; exit code 10 is the build, 11 the release. ' +
    'Ctrl-C has the platform cancel the deploy and waits for that; a second one leaves it to the platform. ' +
    'The app is the one of --app, else of rig.toml, package.json or the folder.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'another folder, as an app that may not exist yet',
      command: '<%= config.bin %> <%= command.id %> ./shop --app shop --create',
    },
    {
      description: 'a tag of a repository elsewhere; credentials come from git',
      command: '<%= config.bin %> <%= command.id %> --from https://example.com/team/shop.git#v1.2',
    },
    {
      description: 'an image that is there already',
      command: '<%= config.bin %> <%= command.id %> --image ghcr.io/team/shop:v1.2 --app shop',
    },
    {
      description: 'what is committed, whatever is being edited',
      command: '<%= config.bin %> <%= command.id %> --ref main',
    },
    {
      description: 'a new app with its configuration, in one go',
      command: '<%= config.bin %> <%= command.id %> --create --config-file .env.production --secret',
    },
    {
      description: 'a tenth of the requests first; what is live comes back if the new release does worse',
      command: '<%= config.bin %> <%= command.id %> --steps 10%:2m,50%:5m --watch 5m',
    },
    {
      description: 'what would go up, and what is left out by which rule',
      command: '<%= config.bin %> <%= command.id %> --dry-run',
    },
    {
      description: 'behind whoever deploys just now, without waiting for the end',
      command: '<%= config.bin %> <%= command.id %> --wait --detach',
    },
    {
      description: 'what would change; then that and nothing else',
      command: '<%= config.bin %> <%= command.id %> --plan',
    },
    {
      description: 'follow the deploy that is under way',
      command: '<%= config.bin %> <%= command.id %> --attach latest',
    },
    {
      description: 'in a script: the URL of what was deployed',
      command: '<%= config.bin %> <%= command.id %> -o json | jq -r .url',
    },
  ];
  static rigSecretFlags = ['config'];
  static override args = {
    path: Args.string({
      description:
        'Folder to deploy; when absent the one with the rig.toml in or above the current folder, else the current one.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    ...appFlag,
    create: Flags.boolean({ description: 'Create the app if there is none of that name.' }),
    yes: Flags.boolean({ char: 'y', description: 'Answer every question with yes.' }),
    message: Flags.string({ char: 'm', description: 'What to say about the release.', helpValue: 'TEXT' }),
    ...sourceFlags,
    ...scanFlags,
    ...newAppFlags,
    ...deployConfigFlags,
    ...guardFlags,
    ...rolloutFlags,
    ...buildFlags,
  };

  /** What would go up can be seen without a platform; one that runs tells its limits. */
  protected override authOf(flags: { 'dry-run'?: boolean }) {
    return flags['dry-run'] === true ? ('optional' as const) : super.authOf(flags);
  }

  override async run(): Promise<DeployResult | DryRunResult | DeployPlan> {
    const { args, flags } = await this.parse(DeployCommand);
    const { signal, ui } = this;
    const lively = isLively(currentInvocation());
    if (flags.attach !== undefined) {
      const deploy = await findDeploy(this.rig, flags.attach, () => this.appName(flags.app), signal);
      const result = await attachDeploy(this.rig, deploy, { ui, lively, signal });
      showOutcome(result, ui);
      return result;
    }
    const guard = readGuard(flags);
    const { stdin } = currentInvocation().streams;
    const config = await readDeployConfig(flags, { cwd: this.cwd, stdin, signal, ui });
    const source =
      flags.image === undefined
        ? await openSource({
            cwd: this.cwd,
            path: args.path,
            from: flags.from,
            ref: flags.ref,
            folder: flags.path,
            stdin,
            signal,
            phase: (title, run) => runPhases([{ title, run }], ui, lively),
          })
        : await (await import('../logic/sources/open-image.ts')).openImage(flags.image, {
            cwd: this.cwd,
            path: args.path,
          });
    try {
      if (flags['dry-run']) {
        const { name: app } = await chooseAppName(source.root, flags.app, source);
        const client = this.hasRig ? this.rig : undefined;
        const { dryRun } = await import('../logic/dry-run.ts');
        return await dryRun(client, { app, source, rigHome: this.rigHome, ui, signal });
      }
      if (flags.plan) return await this.#plan(source, flags, config);
      return await this.#deploy(source, { ...flags, guard }, { config, lively });
    } finally {
      source.close();
    }
  }

  async #plan(
    source: OpenedSource,
    flags: DeployFlags,
    config: ConfigChange | undefined,
  ): Promise<DeployPlan> {
    const { rigHome, signal, ui } = this;
    const { name: app } = await chooseAppName(source.root, flags.app, source);
    const rollout = readRollout(flags);
    const { domain: domains = [] } = flags;
    const [{ planDeploy }, { showPlan }] = await Promise.all([
      import('../logic/plan/plan-deploy.ts'),
      import('../logic/plan/show-plan.ts'),
    ]);
    const plan = await planDeploy(this.rig, { app, source, rigHome, config, rollout, domains, signal });
    showPlan(plan, ui);
    if (plan.hasChanges) this.setExitCode(ExitCode.changesPending);
    return plan;
  }

  async #deploy(
    source: OpenedSource,
    flags: DeployFlags & { guard: DeployGuard; detach: boolean; 'apply-plan'?: string | undefined },
    { config, lively }: { config: ConfigChange | undefined; lively: boolean },
  ): Promise<DeployResult> {
    const { signal, ui } = this;
    const rollout = readRollout(flags);
    const name = await chooseAppName(source.root, flags.app, source);
    const digest = flags['apply-plan'];
    const planned =
      digest === undefined
        ? null
        : await (await import('../logic/plan/plan-deploy.ts')).requirePlan(this.rig, digest, {
            app: name.name,
            source,
            rigHome: this.rigHome,
            config,
            rollout,
            domains: flags.domain ?? [],
            signal,
          });
    const { name: app, newApp } = await requireApp(this.rig, name, {
      agreed: flags.create || flags.yes,
      manifest: () => readNewAppOf(source),
      // What was planned is for that app.
      mayAsk: planned === null && !flags.yes,
      network: flags.network,
      ui,
      signal,
    });
    const result = await deploySource(this.rig, {
      app,
      newApp,
      domains: flags.domain ?? [],
      source,
      rigHome: this.rigHome,
      message: flags.message,
      config,
      guard: planned === null ? flags.guard : planned.guard,
      planned: planned?.bundle,
      detach: flags.detach,
      rollout,
      build: buildOptionsOf(flags),
      image: flags.image,
      ui,
      lively,
      signal,
    });
    showOutcome(result, ui);
    return result;
  }
}
