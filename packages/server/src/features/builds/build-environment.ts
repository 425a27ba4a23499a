import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Plan, PlanStep } from '../../detectors/plan.ts';
import { pathOf } from '../instances/instance-environment.ts';

/** Where a build keeps what it must not find in the user's own folders. */
export const buildHome = (layout: PlatformLayout, buildId: string): string =>
  join(layout.root, 'cache', 'home', buildId);

export interface BuildEnvironmentInput {
  layout: PlatformLayout;
  buildId: string;
  artifact: string;
  baseEnvironment: Record<string, string>;
  node: string;
  plan: Plan;
  /** Variables of the app that are for builds. */
  config: Record<string, string>;
}

/**
 * The environment of one build step: a HOME of its own, npm's downloads shared by all builds, and the
 * user's .npmrc, which names the registry.
 */
export function buildEnvironment(input: BuildEnvironmentInput, step: PlanStep): Record<string, string> {
  const { artifact, baseEnvironment, buildId, config, layout, node, plan } = input;
  const { HOME: userHome, ...base } = baseEnvironment;
  const env: Record<string, string> = {
    ...base,
    PATH: pathOf(artifact, node, baseEnvironment, plan.root),
    HOME: buildHome(layout, buildId),
    CI: '1',
    npm_config_cache: join(layout.root, 'cache', 'npm'),
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    ...(userHome === undefined ? {} : { npm_config_userconfig: join(userHome, '.npmrc') }),
    ...plan.env,
    ...config,
  };
  // npm leaves out what the build needs where this says production.
  if (step.phase === 'install') delete env['NODE_ENV'];
  return env;
}
