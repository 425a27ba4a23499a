import { useId, useState } from 'preact/hooks';
import type { ShellParams } from '@rig-ops/contract/channels';
import { call } from '../../api/call.ts';
import { session } from '../../api/session.ts';
import { goTo } from '../../frame/place.ts';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { useAnswer } from '../use-answer.ts';
import type { TerminalPlace } from './terminal-place.ts';

interface StartShellProps {
  readonly where: TerminalPlace | null;
  readonly onStart: (params: Omit<ShellParams, 'terminal'>) => void;
}

/** Where the shell is to be, and on what terms it is asked for. */
export function StartShell({ where, onStart }: StartShellProps) {
  const id = useId();
  const app = where?.kind === 'app' ? where.app : null;
  const network = where?.kind === 'network' ? where.network : null;
  const found = useAnswer(app === null ? null : () => call('getApp', { params: { app } }), `app ${app}`);
  const apps = useAnswer(where === null ? () => call('listApps', { query: {} }) : null, 'apps');
  const [instance, setInstance] = useState(where?.kind === 'app' ? (where.instance ?? '') : '');
  const [fresh, setFresh] = useState(false);
  const [reason, setReason] = useState('');
  const [record, setRecord] = useState(false);
  const me = session.value;
  const running = (found.value?.instances ?? []).filter(({ state }) => state === 'running');
  const place = app === null ? { network: network ?? '' } : { app, network: found.value?.network ?? '' };
  const allowed =
    me.state !== 'in' || app === null ? true : me.can('remote.shell', place) || found.value === null;

  if (where === null) {
    return (
      <section class="card">
        <header>
          <h2>In which app?</h2>
        </header>
        {apps.error !== null && <ErrorNote error={apps.error} retry={apps.again} />}
        {apps.value?.apps.length === 0 && <Empty icon="terminal" title="There are no apps yet" />}
        <ul class="live-links">
          {(apps.value?.apps ?? []).map(({ name }) => (
            <li key={name}>
              <button type="button" class="button bare" onClick={() => goTo('terminal', [name])}>
                {name}
              </button>
            </li>
          ))}
        </ul>
      </section>
    );
  }
  if (!allowed) {
    return (
      <Empty icon="lock" title="You may not open a shell here">
        It takes the right remote.shell. Whoever manages access can give it to you.
      </Empty>
    );
  }
  const start = () => {
    const words = reason.trim();
    onStart({
      ...(app === null ? { network: network ?? '' } : { app }),
      ...(fresh ? { new: true } : instance === '' ? {} : { instance }),
      ...(words === '' ? {} : { reason: words }),
      ...(record ? { record } : {}),
    });
  };
  return (
    <form
      class="card shell-start"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <header>
        <h2>{app ?? `Network ${network ?? ''}`}</h2>
      </header>
      <div class="body stack">
        {found.error !== null && <ErrorNote error={found.error} retry={found.again} />}
        {app === null ? (
          <p class="soft">
            A shell beside the apps of the network: each is found under <code>RIG_&lt;APP&gt;_URL</code>, and
            none of their files or configuration is there.
          </p>
        ) : (
          <div class="field">
            <label for={`${id}-instance`}>Where</label>
            <select
              class="input"
              id={`${id}-instance`}
              value={fresh ? '+' : instance}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setFresh(value === '+');
                if (value !== '+') setInstance(value);
              }}
            >
              <option value="">First running instance</option>
              {running.map(({ name, release }) => (
                <option key={`${name} ${release}`} value={name}>
                  {name} (v{release})
                </option>
              ))}
              {instance !== '' && !running.some(({ name }) => name === instance) && (
                <option value={instance}>{instance}</option>
              )}
              <option value="+">A fresh instance of the live release</option>
            </select>
          </div>
        )}
        <div class="field">
          <label for={`${id}-reason`}>Reason</label>
          <input
            class="input"
            id={`${id}-reason`}
            maxLength={500}
            placeholder="Kept in the audit log; some policies want one"
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={record}
            onChange={(event) => setRecord(event.currentTarget.checked)}
          />
          Record it, whatever the policies say
        </label>
        <div>
          <button type="submit" class="button primary" data-first-focus>
            Open the shell
          </button>
        </div>
      </div>
    </form>
  );
}
