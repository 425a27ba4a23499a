import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { followDeploy } from '../../data/follow-deploy.ts';
import { mayInApp } from '../../data/may.ts';
import { useAction } from '../../data/use-action.ts';
import { type DeployProgress, NO_PROGRESS } from '../../logic/deploy-progress.ts';
import { formatMs } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Since } from '../../parts/since.tsx';

const tones: Record<string, Tone> = { started: 'busy', succeeded: 'good', failed: 'bad' };
const kinds = { deploy: 'Deploy', rollback: 'Rollback', config: 'Config change' } as const;

interface DeployWatchProps {
  readonly app: string;
  readonly id: string;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

/** A deploy as it happens: every step, what was said in it, and how it ended. */
export function DeployWatch({ app, id, onDone, onDismiss }: DeployWatchProps) {
  const progress = useSignal<DeployProgress>(NO_PROGRESS);
  const { deploy, steps, done } = progress.value;
  const cancel = useAction(() => call('cancelDeployById', { params: { deploy: id } }));
  const promote = useAction(() => call('promoteDeploy', { params: { app } }));

  useEffect(() => {
    const stop = new AbortController();
    const tell = (next: DeployProgress) => {
      progress.value = next;
      if (next.done) onDone();
    };
    void followDeploy(id, tell, stop.signal);
    return () => stop.abort();
  }, [id]);

  if (deploy === null) return <div class="skeleton" style={{ height: '72px' }} />;
  const { release, createdBy, createdAt, error, queue, buildId, rollout } = deploy;
  const outcome = done ? (error === null ? 'succeeded' : 'failed') : deploy.status;
  const may = mayInApp('app.deploy', app);
  return (
    <section class="card deploy" aria-label={`${kinds[deploy.kind]} ${id}`} data-deploy={id}>
      <header>
        <div class="row wrap">
          <h2>
            {kinds[deploy.kind]}
            {release !== null && <span class="num"> of v{release}</span>}
          </h2>
          <span role="status">
            <Badge tone={done ? (error === null ? 'good' : 'bad') : 'busy'}>
              {done && error === null ? 'live' : outcome}
            </Badge>
          </span>
          <span class="soft small">
            by {createdBy} <Since at={createdAt} ago />
          </span>
        </div>
        <div class="row">
          {buildId !== null && <a href={hrefOf('logs', ['build', buildId])}>Build log</a>}
          {!done && may && rollout?.strategy === 'canary' && deploy.step === 'canary' && (
            <Button small busy={promote.busy} onClick={() => void promote.run()}>
              Promote
            </Button>
          )}
          {!done && may && (
            <Button small busy={cancel.busy} onClick={() => void cancel.run()}>
              Cancel
            </Button>
          )}
          {done && (
            <Button small look="bare" onClick={onDismiss}>
              <Icon name="close" size={12} />
              <span class="hidden-text">Dismiss</span>
            </Button>
          )}
        </div>
      </header>
      <div class="body stack tight">
        {queue !== null && !done && (
          <p class="soft">
            Waits for its turn
            {queue.waitsFor !== null &&
              ` behind ${queue.waitsFor.kind === 'lock' ? 'the lock' : 'the deploy'} of ${queue.waitsFor.owner}`}
            .
          </p>
        )}
        <ol class="steps">
          {steps.map(({ name, status, durationMs, startedAt, notes }, index) => (
            <li key={`${index} ${name}`} class={status}>
              {status === 'started' ? (
                <span class="spin" />
              ) : (
                <Icon name={tones[status] === 'good' ? 'good' : 'bad'} size={14} />
              )}
              <span class="name">
                {name}
                <span class="hidden-text">{status}</span>
              </span>
              <span class="faint small num">
                {durationMs === null
                  ? status === 'started' && <Since at={startedAt} />
                  : formatMs(durationMs)}
              </span>
              {notes.length > 0 && (
                <ul class="notes">
                  {notes.slice(-6).map((note, at) => (
                    <li key={`${at} ${note}`} class="soft small break">
                      {note}
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ol>
        {error !== null && <ErrorNote error={error} />}
        {(cancel.error ?? promote.error) !== null && <ErrorNote error={cancel.error ?? promote.error} />}
      </div>
    </section>
  );
}
