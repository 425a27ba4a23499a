import { useSignal } from '@preact/signals';
import type { AppDetails } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { session } from '../../api/session.ts';
import { useAction } from '../../data/use-action.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Field } from '../../parts/field.tsx';

/** Keeps everybody else from deploying an app, and ends that. */
export function LockCard({ app, onDone }: { app: AppDetails; onDone: () => void }) {
  const { name, lock } = app;
  const reason = useSignal('');
  const breaking = useSignal(false);
  const own = session.value.state === 'in' && lock?.owner === session.value.user;
  const take = useAction(async () => {
    const text = reason.value.trim();
    await call('lockApp', { params: { app: name }, body: text === '' ? {} : { reason: text } });
    reason.value = '';
    onDone();
  });
  const release = useAction(async () => {
    await call('unlockApp', { params: { app: name } });
    onDone();
  });
  const error = take.error ?? release.error;
  return (
    <Card title="Lock">
      <div class="stack">
        {lock === null ? (
          <form
            class="row wrap end"
            onSubmit={(event) => {
              event.preventDefault();
              void take.run();
            }}
          >
            <Field label="Why, for those who meet it" help={`Keeps everybody else from deploying ${name}.`}>
              {(attributes) => (
                <input
                  {...attributes}
                  class="input"
                  maxLength={500}
                  value={reason.value}
                  onInput={(event) => {
                    reason.value = event.currentTarget.value;
                  }}
                />
              )}
            </Field>
            <Button type="submit" icon="lock" busy={take.busy}>
              Lock
            </Button>
          </form>
        ) : (
          <div class="row between wrap">
            <p>
              Locked by <b>{lock.owner}</b>
              {lock.reason !== null && <span class="soft">: {lock.reason}</span>}
            </p>
            {own ? (
              <Button busy={release.busy} onClick={() => void release.run()}>
                Unlock
              </Button>
            ) : (
              <Button onClick={() => (breaking.value = true)}>End the lock of {lock.owner}…</Button>
            )}
          </div>
        )}
        {error !== null && <ErrorNote error={error} />}
      </div>
      {breaking.value && lock !== null && (
        <Confirm
          title={`End the lock of ${lock.owner}?`}
          verb="End the lock"
          danger
          onClose={() => {
            breaking.value = false;
          }}
          act={async () => {
            await call('unlockApp', { params: { app: name }, query: { force: 'true' } });
            onDone();
          }}
        >
          <p>
            {lock.reason === null
              ? `${lock.owner} did not say why. Ask first: they may be in the middle of something.`
              : `${lock.owner} says: ${lock.reason}`}
          </p>
        </Confirm>
      )}
    </Card>
  );
}
