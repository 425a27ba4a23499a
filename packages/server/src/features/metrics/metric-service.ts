import { RigError } from '@rig-ops/contract/errors';
import { METRIC_STEPS, type Metrics, type MetricStep } from '@rig-ops/contract/resources';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { everyApp } from '../apps/every-app.ts';
import { decide, reachOf, type Subject } from '../access/decide.ts';
import { PLATFORM } from '../access/target.ts';
import type { MetricRecorder } from './metric-recorder.ts';

export interface MetricQuery {
  step?: '1s' | '10s' | '60s' | undefined;
  points?: number | undefined;
  /** RFC 3339: only what is behind it. */
  after?: string | undefined;
  app?: string | undefined;
}

const DEFAULT_POINTS = 60;

/** Tells what was measured. */
export class MetricService {
  readonly #recorder: Pick<MetricRecorder, 'book' | 'latest'>;
  readonly #apps: AppStore;

  constructor(recorder: Pick<MetricRecorder, 'book' | 'latest'>, apps: AppStore) {
    this.#recorder = recorder;
    this.#apps = apps;
  }

  /**
   * What of it a user may see.
   * @throws RigError `app_not_found`, `invalid_input`
   */
  async read(caller: Subject, query: MetricQuery): Promise<Metrics> {
    const step = Number.parseInt(query.step ?? '10s', 10) as MetricStep;
    const { book, latest } = this.#recorder;
    const to = Math.floor(latest / step);
    const asked = Math.min(query.points ?? DEFAULT_POINTS, METRIC_STEPS[step].points);
    const from = Math.max(to - asked + 1, query.after === undefined ? 0 : stepBehind(query.after, step));
    const apps = await this.#appsFor(caller, query.app);
    const names = new Map(apps.map(({ id, name }) => [id, name]));
    return {
      step: `${step}s`,
      from: timeOf(from, step),
      to: to < from ? null : timeOf(to, step),
      platform: decide(caller, 'platform.read', PLATFORM).allowed ? book.platform.read(step, from, to) : null,
      apps: apps.map(({ id, name }) => ({
        app: name,
        ...(book.apps.get(id) ?? book.emptyApp).read(step, from, to),
      })),
      instances:
        query.app === undefined
          ? []
          : [...book.instances.values()]
              .filter(({ appId }) => names.has(appId))
              .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
              .map(({ name, appId, set }) => ({
                app: names.get(appId) ?? '',
                instance: name,
                ...set.read(step, from, to),
              })),
    };
  }

  async #appsFor(caller: Subject, name: string | undefined): Promise<AppRecord[]> {
    const found = await everyApp(this.#apps, reachOf(caller, 'app.read'));
    if (name === undefined) return found;
    const one = found.filter((app) => app.name === name);
    if (one.length === 0) throw new RigError('app_not_found', `There is no app ${JSON.stringify(name)}.`);
    return one;
  }
}

const timeOf = (at: number, step: MetricStep): string => new Date(at * step * 1000).toISOString();

function stepBehind(time: string, step: MetricStep): number {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw new RigError('invalid_input', `\`after\` is no time: ${JSON.stringify(time)}.`);
  return Math.floor(ms / 1000 / step) + 1;
}
