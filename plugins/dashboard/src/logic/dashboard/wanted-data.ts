import type { FollowedLog } from './follow-log.ts';
import { currentScreen, type DashboardUi } from './dashboard-ui.ts';
import type { Step } from './metrics-history.ts';
import type { LogScreen } from './screens.ts';

/** What has to be asked for beside what is always shown. */
export interface Wanted {
  readonly log: FollowedLog | null;
  /** The app whose instances are measured one by one. */
  readonly app: string | null;
  readonly releasesOf: string | null;
  readonly sessions: boolean;
  readonly audit: boolean;
  readonly range: Step;
}

/** Lines that a log begins with. */
const TAIL = 500;

export function wantedData(ui: DashboardUi): Wanted {
  const screen = currentScreen(ui);
  const app = screen.kind === 'app' || screen.kind === 'release' ? screen.app : null;
  return {
    log: screen.kind === 'logs' ? followedLog(screen) : null,
    app: screen.kind === 'app' ? screen.app : null,
    releasesOf: app,
    sessions: screen.kind === 'sessions',
    audit: screen.kind === 'audit',
    range: ui.range,
  };
}

function followedLog({ app, instance, filter, level }: LogScreen): FollowedLog {
  const query = {
    ...(instance === null ? {} : { instances: [instance] }),
    ...(filter === '' ? {} : { match: { patterns: [filter], ignoreCase: true } }),
    ...(level === 'all'
      ? {}
      : {
          levels:
            level === 'warn'
              ? (['warn', 'error', 'fatal'] as const).slice()
              : (['error', 'fatal'] as const).slice(),
        }),
  };
  return { app, tail: TAIL, ...(Object.keys(query).length === 0 ? {} : { query }) };
}
