import { useEffect, useRef } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { unwatchDeploy, watchDeploy, watchedDeploys } from '../../data/deploys-watched.ts';
import { operationsOf } from '../../data/operations.ts';
import { useResource } from '../../data/use-resource.ts';
import { DeployWatch } from './deploy-watch.tsx';
import { OperationWatch } from './operation-watch.tsx';

/** What is under way at an app, and what has begun since somebody looks, however quickly it was over. */
export function Deploys({ app, onDone }: { app: string; onDone: () => void }) {
  const latest = useResource(
    (signal) => call('listDeploys', { params: { app }, query: { limit: 5 }, signal }),
    [app],
    { everyMs: 1500 },
  );
  const seen = useRef<Set<string> | null>(null);
  const list = latest.data.value;
  useEffect(() => {
    if (list === null) return;
    const before = seen.current;
    for (const { id, status } of list.deploys) {
      const open = status === 'queued' || status === 'running';
      if (open || before?.has(id) === false) watchDeploy(app, id);
    }
    seen.current = new Set([...(before ?? []), ...list.deploys.map(({ id }) => id)]);
  }, [list, app]);
  const watched = watchedDeploys(app);
  const operations = operationsOf(app);
  if (watched.length === 0 && operations.length === 0) return null;
  return (
    <div class="stack tight below">
      {operations.map((operation) => (
        <OperationWatch key={operation.id} operation={operation} />
      ))}
      {watched.map((id) => (
        <DeployWatch key={id} app={app} id={id} onDone={onDone} onDismiss={() => unwatchDeploy(app, id)} />
      ))}
    </div>
  );
}
