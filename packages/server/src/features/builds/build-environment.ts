import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Plan, PlanStep } from '../../detectors/plan.ts';
import { pathOf } from '../instances/instance-environment.ts';

/** Where a build keeps what it must not find in the user's own folders. */
export const buildHome = (layout: PlatformLayout, buildId: string): string =>
  join(layout.root, 'cache', 'home', buildId);

/** PATH of builds but for the programs that an install brings. */
export const buildPath = (node: string, base: Record<string, string>): string =>
  [dirname(node), base['PATH'] ?? '/usr/bin:/bin'].join(delimiter);

export interface BuildEnvironmentInput {
  layout: PlatformLayout;
  buildId: string;
  artifact: string;
  baseEnvironment: Record<string, string>;
  /** Null where an image has it. */
  node: string | null;
  plan: Plan;
  /** Variables of the app that are for builds. */
  config: Record<string, string>;
}

/**
 * The environment of one build step: a HOME of its own, and the user's .npmrc and pip.conf, which name registries. Where
 * package managers keep what they fetch is for the build cache to say; without it that is in HOME.
 */
export function buildEnvironment(input: BuildEnvironmentInput, step: PlanStep): Record<string, string> {
  const { artifact, baseEnvironment, buildId, config, layout, node, plan } = input;
  const { HOME: userHome, ...base } = baseEnvironment;
  const env: Record<string, string> = {
    ...base,
    PATH: pathOf(artifact, node, baseEnvironment, plan.root),
    HOME: buildHome(layout, buildId),
    CI: '1',
    // By links to its store what is installed could change what is kept. npm warns of what only pnpm knows.
    ...(step.argv.some((part) => part.includes('pnpm')) ? { npm_config_package_import_method: 'copy' } : {}),
    UV_LINK_MODE: 'copy',
    // They would be gone before anybody reads them: all there is to say is in the log of the build.
    npm_config_logs_max: '0',
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    ...(userHome === undefined ? {} : { npm_config_userconfig: join(userHome, '.npmrc') }),
    ...pipConfigOf(userHome),
    ...plan.env,
    ...config,
  };
  // npm leaves out what the build needs where this says production.
  if (step.phase === 'install') delete env['NODE_ENV'];
  return env;
}

/** pip reads it beside what it finds by itself. */
function pipConfigOf(userHome: string | undefined): Record<string, string> {
  const found = ['.config/pip/pip.conf', '.pip/pip.conf']
    .map((path) => join(userHome ?? '', path))
    .find((path) => userHome !== undefined && existsSync(path));
  return found === undefined ? {} : { PIP_CONFIG_FILE: found };
}
