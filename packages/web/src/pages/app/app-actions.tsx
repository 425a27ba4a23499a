import { useSignal } from '@preact/signals';
import type { AppDetails } from '@rig-ops/contract/resources';
import { mayInApp } from '../../data/may.ts';
import { hrefOf } from '../../logic/route.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { RestartDialog } from './restart-dialog.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';
import { ScaleDialog } from './scale-dialog.tsx';

/** What can be done with an app, as far as whoever looks at it may. */
export function AppActions({ app, onDone }: { app: AppDetails; onDone: () => void }) {
  const open = useSignal<'restart' | 'scale' | 'rollback' | null>(null);
  const close = () => {
    open.value = null;
  };
  const { name, release } = app;
  const operate = release !== null && mayInApp('app.operate', name);
  const deploy = release !== null && release > 1 && mayInApp('app.deploy', name);
  return (
    <>
      {mayInApp('logs.read', name) && (
        <a class="button" href={hrefOf('logs', ['app', name])}>
          <Icon name="logs" size={14} />
          Logs
        </a>
      )}
      {release !== null && mayInApp('remote.shell', name) && (
        <a class="button" href={hrefOf('terminal', [name])}>
          <Icon name="terminal" size={14} />
          Shell
        </a>
      )}
      {operate && (
        <Button icon="restart" onClick={() => (open.value = 'restart')}>
          Restart
        </Button>
      )}
      {operate && (
        <Button icon="scale" onClick={() => (open.value = 'scale')}>
          Scale
        </Button>
      )}
      {deploy && (
        <Button icon="back" onClick={() => (open.value = 'rollback')}>
          Roll back
        </Button>
      )}
      {open.value === 'restart' && <RestartDialog app={app} onClose={close} onDone={onDone} />}
      {open.value === 'scale' && <ScaleDialog app={app} onClose={close} onDone={onDone} />}
      {open.value === 'rollback' && <RollbackDialog app={app} onClose={close} />}
    </>
  );
}
