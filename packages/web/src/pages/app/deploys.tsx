import { useEffect } from 'preact/hooks';
import { unwatchDeploy, watchDeploy, watchedDeploys } from '../../data/deploys-watched.ts';
import { status } from '../../data/status.ts';
import { useShared } from '../../data/use-resource.ts';
import { DeployWatch } from './deploy-watch.tsx';

/** The deploys of an app that are under way, and those that ended while somebody watched. */
export function Deploys({ app, onDone }: { app: string; onDone: () => void }) {
  const state = useShared(status).data.value;
  useEffect(() => {
    for (const deploy of state?.deploys ?? []) if (deploy.app === app) watchDeploy(app, deploy.id);
  }, [state, app]);
  const watched = watchedDeploys(app);
  if (watched.length === 0) return null;
  return (
    <div class="stack tight below">
      {watched.map((id) => (
        <DeployWatch key={id} app={app} id={id} onDone={onDone} onDismiss={() => unwatchDeploy(app, id)} />
      ))}
    </div>
  );
}
