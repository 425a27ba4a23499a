import { coreScenarios } from './core.ts';
import { dashboardScenarios } from './dashboard.ts';
import { deployScenarios } from './deploy.ts';
import { logsScenarios } from './logs.ts';
import { platformScenarios } from './platform.ts';
import { pluginsScenarios } from './plugins.ts';
import { remoteScenarios } from './remote.ts';
import type { Scenarios } from './scenario.ts';

/** How every command is run. */
export const scenarios: Scenarios = {
  ...coreScenarios,
  ...deployScenarios,
  ...logsScenarios,
  ...remoteScenarios,
  ...dashboardScenarios,
  ...platformScenarios,
  ...pluginsScenarios,
};
