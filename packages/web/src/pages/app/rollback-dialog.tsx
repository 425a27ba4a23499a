import { useSignal } from '@preact/signals';
import type { AppDetails, Release } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { watchDeploy } from '../../data/deploys-watched.ts';
import { mayInApp } from '../../data/may.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource } from '../../data/use-resource.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Field } from '../../parts/field.tsx';
import { Segments } from '../../parts/segments.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { Comparison } from './comparison.tsx';

interface RollbackDialogProps {
  readonly app: AppDetails;
  readonly onClose: () => void;
  /** The version to return to; the one that was live before when absent. */
  readonly to?: number;
}

const parts = [
  { value: 'all', text: 'Code and config' },
  { value: 'code', text: 'Code only' },
  { value: 'config', text: 'Config only' },
] as const;

/** Shows what a rollback would change, and does just that: not if the app has moved on meanwhile. */
export function RollbackDialog({ app, onClose, to }: RollbackDialogProps) {
  const { name, release: live } = app;
  const readable = mayInApp('config.read', name);
  const chosen = useSignal<number | null>(to ?? null);
  const part = useSignal<(typeof parts)[number]['value']>('all');
  const releases = useResource(
    (signal) => call('listReleases', { params: { app: name }, query: { limit: 100 }, signal }),
    [name],
    { everyMs: null },
  );
  const targets = (releases.data.value?.releases ?? []).filter(
    ({ version, status }) => status === 'superseded' && version !== live,
  );
  const target = targets.find(({ version }) => version === chosen.value) ?? targets[0];

  // What is shown is what is done: not if the app is another one by then.
  const seen = useResource(
    async (signal) => (readable ? await call('getConfig', { params: { app: name }, signal }) : null),
    [name, readable],
    { everyMs: null },
  );
  const expectation = async () => {
    if (!readable) return {};
    const { configId } = seen.data.peek() ?? (await call('getConfig', { params: { app: name } }));
    return { expect: { release: live, config: configId } };
  };

  const rollback = useAction(async (waitSeconds?: number) => {
    if (target === undefined) return;
    const guard = waitSeconds === undefined ? await expectation() : { waitSeconds };
    const { id } = await call('createRollback', {
      params: { app: name },
      body: { to: target.version, ...(part.value === 'all' ? {} : { only: part.value }), guard },
    });
    watchDeploy(name, id);
    onClose();
  });
  const code = (rollback.error as { code?: string } | null)?.code;

  return (
    <Dialog
      title={`Roll back ${name}`}
      wide
      onClose={onClose}
      busy={rollback.busy}
      onSubmit={() => {
        if (target !== undefined) void rollback.run();
      }}
      actions={
        <>
          <Button onClick={onClose} disabled={rollback.busy}>
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={rollback.busy} disabled={target === undefined}>
            {target === undefined ? 'Roll back' : `Roll back to v${target.version}`}
          </Button>
        </>
      }
    >
      <Waiting of={releases} height={120}>
        {() =>
          target === undefined ? (
            <p class="soft">There is no other release of {name} that was live before.</p>
          ) : (
            <>
              <div class="row wrap choices">
                <Field label="Return to">
                  {(attributes) => (
                    <select
                      {...attributes}
                      class="input"
                      data-first-focus
                      value={String(target.version)}
                      onChange={(event) => {
                        chosen.value = Number(event.currentTarget.value);
                        rollback.forget();
                      }}
                    >
                      {targets.map((release) => (
                        <option key={release.version} value={String(release.version)}>
                          {wordsOf(release)}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
                <div class="field">
                  <span class="label">What comes back</span>
                  <Segments
                    label="What comes back"
                    options={parts}
                    value={part.value}
                    onPick={(value) => {
                      part.value = value;
                      rollback.forget();
                    }}
                  />
                </div>
              </div>
              <section aria-label="What changes" class="stack tight">
                <h3>
                  What changes, from v{live} to v{target.version}
                </h3>
                {!readable && <p class="soft">It takes a role that may read the configuration to see it.</p>}
                {live !== null && readable && (
                  <Comparison
                    key={`${live} ${target.version}`}
                    app={name}
                    from={live}
                    to={target.version}
                    part={part.value}
                  />
                )}
              </section>
              <p class="soft small">
                A new release is made of it. Requests go on being answered by v{live} until it is healthy; if
                it does not become so, v{live} stays.
              </p>
            </>
          )
        }
      </Waiting>
      {rollback.error !== null && <ErrorNote error={rollback.error} />}
      {(code === 'app_locked' || code === 'deploy_in_progress') && (
        <div class="row">
          <Button small busy={rollback.busy} onClick={() => void rollback.run(600)}>
            Queue it: begin when that is over, within 10 minutes
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function wordsOf({ version, tags, message, source }: Release): string {
  const about = message ?? source?.git?.subject ?? null;
  return [`v${version}`, ...tags, ...(about === null ? [] : [about.slice(0, 60)])].join(' · ');
}
