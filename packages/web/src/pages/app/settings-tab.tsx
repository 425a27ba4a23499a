import { useSignal } from '@preact/signals';
import type { AppDetails } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { mayInApp } from '../../data/may.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource } from '../../data/use-resource.ts';
import { goTo } from '../../frame/place.ts';
import { formatMoment } from '../../logic/format.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Field } from '../../parts/field.tsx';
import { toast } from '../../parts/toast.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { LockCard } from './lock-card.tsx';

/** What is set about an app beside its configuration. */
export function SettingsTab({ app, onDone }: { app: AppDetails; onDone: () => void }) {
  const destroying = useSignal(false);
  const { name } = app;
  return (
    <div class="stack">
      <Card title="About">
        <dl class="pairs">
          <dt>Id</dt>
          <dd class="mono">{app.id}</dd>
          <dt>Network</dt>
          <dd>{app.network}</dd>
          <dt>Created</dt>
          <dd class="num">{formatMoment(app.createdAt)}</dd>
          {app.processes.map((process) => (
            <ProcessLine
              key={process.name}
              name={process.name}
              command={process.command}
              count={process.instances}
            />
          ))}
        </dl>
      </Card>
      <Domains app={name} />
      {mayInApp('app.deploy', name) && <LockCard app={app} onDone={onDone} />}
      {mayInApp('app.destroy', name) && (
        <Card title="Destroy">
          <div class="row between wrap">
            <p class="soft">
              Stops {name} and removes everything of it: releases, builds, logs, configuration.
            </p>
            <Button icon="trash" look="danger" onClick={() => (destroying.value = true)}>
              Destroy {name}…
            </Button>
          </div>
        </Card>
      )}
      {destroying.value && (
        <Confirm
          title={`Destroy ${name}?`}
          verb={`Destroy ${name}`}
          name={name}
          danger
          onClose={() => {
            destroying.value = false;
          }}
          act={async () => {
            await call('destroyApp', { params: { app: name } });
            toast(`${name} was destroyed.`);
            goTo('apps');
          }}
        >
          <p>
            Its instances are stopped now, and its releases, builds, logs and configuration are removed. This
            cannot be undone.
          </p>
        </Confirm>
      )}
    </div>
  );
}

function ProcessLine({ name, command, count }: { name: string; command: readonly string[]; count: number }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <span class="num">× {count}</span> <code class="faint break">{command.join(' ')}</code>
      </dd>
    </>
  );
}

function Domains({ app }: { app: string }) {
  const typed = useSignal('');
  const domains = useResource((signal) => call('getDomains', { params: { app }, signal }), [app], {
    everyMs: 15_000,
  });
  const change = useAction(async (body: { add?: string[]; remove?: string[] }) => {
    await call('changeDomains', { params: { app }, body });
    if (body.add !== undefined) typed.value = '';
    domains.refresh();
  });
  const may = mayInApp('app.deploy', app);
  return (
    <Card title="Domains">
      <Waiting of={domains} height={60}>
        {(document) => (
          <div class="stack">
            {document.domains.length === 0 ? (
              <p class="soft">
                No host name of its own. The edge knows it as <code>{app}.localhost</code>
                {document.edgePort !== null && ` at port ${document.edgePort}`}.
              </p>
            ) : (
              <ul class="stack tight">
                {document.domains.map((domain) => (
                  <li key={domain} class="row between">
                    <code class="break">{domain}</code>
                    {may && (
                      <Button small busy={change.busy} onClick={() => void change.run({ remove: [domain] })}>
                        Remove<span class="hidden-text"> {domain}</span>
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )}
            {may && (
              <form
                class="row wrap end"
                onSubmit={(event) => {
                  event.preventDefault();
                  if (typed.value.trim() !== '') void change.run({ add: [typed.value.trim()] });
                }}
              >
                <Field label="Host name">
                  {(attributes) => (
                    <input
                      {...attributes}
                      class="input mono"
                      placeholder="shop.example.com"
                      autocomplete="off"
                      spellcheck={false}
                      value={typed.value}
                      onInput={(event) => {
                        typed.value = event.currentTarget.value;
                      }}
                    />
                  )}
                </Field>
                <Button type="submit" icon="plus" busy={change.busy}>
                  Add
                </Button>
              </form>
            )}
            {change.error !== null && <ErrorNote error={change.error} />}
          </div>
        )}
      </Waiting>
    </Card>
  );
}
