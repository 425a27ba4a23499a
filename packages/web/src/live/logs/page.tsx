import '../live.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Build, Deploy } from '@rig-ops/contract/resources';
import { isRigError } from '@rig-ops/contract/errors';
import { joinPartialLines, readLogs, SharedConnectionWatch } from '@rig-ops/wire/log-feed';
import { call } from '../../api/call.ts';
import type { PageProps } from '../../frame/pages.ts';
import { place, setQuery } from '../../frame/place.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { openLog } from '../channels/page-channels.ts';
import { useAnswer } from '../use-answer.ts';
import { ChooseLog } from './choose-log.tsx';
import { readDeployLog } from './deploy-log.ts';
import { LogFilters } from './log-filters.tsx';
import {
  type LogPlace,
  logsOfApp,
  logsOfNetwork,
  type LogWishes,
  partsOf,
  queryOf,
  readLogPlace,
  tailOf,
  withoutFlag,
} from './log-place.ts';
import type { ReadPiece } from './log-reader.ts';
import { LogView } from './log-view.tsx';
import { LogViewModel } from './log-view-model.ts';

/** As long as the page is open: nobody waits at a prompt for it to give up. */
const MAX_WAIT_MS = 30 * 24 * 3_600_000;

/** `#/logs/app/shop`, `#/logs/build/<id>`, `#/logs/deploy/<id>`, `#/logs/network/default`. */
export default function LogsPage({ params }: PageProps) {
  const where = readLogPlace(params);
  if (where === null) return <ChooseLog />;
  return <OneLog key={`${where.kind}/${where.name}`} where={where} />;
}

function OneLog({ where }: { where: LogPlace }) {
  const { kind, name } = where;
  const wishes = place.value.query;
  const key = JSON.stringify(wishes);
  const [round, setRound] = useState(0);
  const app = useAnswer(kind === 'app' ? () => call('getApp', { params: { app: name } }) : null, key);
  const build = useAnswer(
    kind === 'build' ? () => call('getBuild', { params: { build: name } }) : null,
    name,
  );
  const deploy = useAnswer(
    kind === 'deploy' ? () => call('getDeploy', { params: { deploy: name } }) : null,
    name,
  );
  const started = useMemo(() => startReading(where, wishes), [kind, name, key, round]);
  useEffect(() => () => started.stop(), [started]);
  const { model, wrong } = started;
  const ended = model?.state.value.state === 'ended';
  useEffect(() => {
    if (!ended) return;
    build.again();
    deploy.again();
  }, [ended]);
  const table = kind === 'network' && partsOf(wishes).size === 1 && partsOf(wishes).has('edge');
  const processes = (app.value?.processes ?? []).map((process) => process.name);

  return (
    <div class="fills live">
      <PageHead
        title={titles[kind](name)}
        crumb={kind === 'app' && <a href={hrefOf('apps', [name])}>{name}</a>}
        sub={
          (build.value !== null && <BuildWords of={build.value} />) ||
          (deploy.value !== null && <BuildWords of={deploy.value} />)
        }
      />
      {kind !== 'deploy' && (
        <LogFilters
          kind={kind}
          wishes={wishes}
          table={table}
          known={{
            processes,
            instances: (app.value?.instances ?? []).map((instance) => instance.name),
          }}
          onChange={setQuery}
        />
      )}
      {wrong !== null && <ErrorNote error={wrong} />}
      {model !== null && (
        <LogView
          key={`${round} ${key}`}
          model={model}
          label={titles[kind](name)}
          names={kind === 'network' ? 'app' : 'instance'}
          table={table || wishes.source === 'edge'}
          onRetry={() => setRound(round + 1)}
        />
      )}
    </div>
  );
}

const titles = {
  app: (name: string) => `Logs of ${name}`,
  build: (name: string) => `Build ${name}`,
  deploy: (name: string) => `Deploy ${name}`,
  network: (name: string) => `Network ${name}`,
};

const tones: Readonly<Record<Build['status'] | Deploy['status'], Tone>> = {
  queued: 'none',
  pending: 'none',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'warn',
};

function BuildWords({ of: { app, status } }: { of: Build | Deploy }) {
  return (
    <span class="row">
      <Badge tone={tones[status]}>{status}</Badge>
      <a href={hrefOf('apps', [app])}>{app}</a>
    </span>
  );
}

interface Started {
  readonly model: LogViewModel | null;
  /** What was typed wrong in the filters. */
  readonly wrong: unknown;
  stop(): void;
}

function startReading(where: LogPlace, wishes: LogWishes): Started {
  const over = new AbortController();
  const model = new LogViewModel();
  try {
    const pieces = piecesOf(where, wishes, over.signal, model);
    void model.read(pieces);
    return {
      model,
      wrong: null,
      stop() {
        model.stop();
        over.abort();
      },
    };
  } catch (error) {
    const said = isRigError(error)
      ? { code: error.code, message: withoutFlag(error.message), hint: error.hint }
      : error;
    return { model: null, wrong: said, stop: () => undefined };
  }
}

/** @throws RigError `usage` for a filter that is none */
function piecesOf(
  { kind, name }: LogPlace,
  wishes: LogWishes,
  signal: AbortSignal,
  model: LogViewModel,
): AsyncIterable<ReadPiece> {
  const watch = new SharedConnectionWatch(model.reader, MAX_WAIT_MS);
  const common = { follow: true, reverse: false, signal, connection: watch, tail: tailOf(kind, wishes) };
  if (kind === 'deploy') return readDeployLog(name, signal, watch);
  if (kind === 'build') {
    const logs = [{ of: { build: name }, query: queryOf(wishes) }];
    return joinPartialLines(readLogs(openLog, { ...common, logs }));
  }
  if (kind === 'app') {
    return joinPartialLines(readLogs(openLog, { ...common, logs: logsOfApp(name, wishes) }));
  }
  const network = logsOfNetwork(name, wishes);
  return networkPieces(name, network, common);
}

async function* networkPieces(
  name: string,
  network: ReturnType<typeof logsOfNetwork>,
  common: Omit<Parameters<typeof readLogs>[1], 'logs'>,
): AsyncGenerator<ReadPiece> {
  const apps = await namesOfApps(name, common.signal);
  yield* joinPartialLines(
    readLogs(openLog, { ...common, logs: network.of(apps), onRecord: network.onRecord }),
  );
}

async function namesOfApps(network: string, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { apps: { name: string; network: string }[]; nextCursor: string | null } = await call(
      'listApps',
      {
        query: cursor === null ? {} : { cursor },
        signal,
      },
    );
    names.push(...page.apps.filter((app) => app.network === network).map((app) => app.name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return names;
}
