import '../live.css';
import './terminal.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AttachParams, ShellParams } from '@rig-ops/contract/channels';
import type { PageProps } from '../../frame/pages.ts';
import { hrefOf } from '../../logic/route.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { readTerminalPlace, type TerminalPlace } from './terminal-place.ts';
import { StartShell } from './start-shell.tsx';
import { TerminalView } from './terminal-view.tsx';

type Wanted =
  | { readonly kind: 'shell'; readonly params: Omit<ShellParams, 'terminal'> }
  | { readonly kind: 'attach'; readonly params: Omit<AttachParams, 'terminal'> };

/** `#/terminal/shop[/web.1]`, `#/terminal/network/default`, `#/terminal/session/<id>[/watch]`. */
export default function TerminalPage({ params }: PageProps) {
  const where = readTerminalPlace(params);
  const [wanted, setWanted] = useState<Wanted | null>(() => wantedAt(where));
  const [round, setRound] = useState(0);
  /** The session that is in the page: its address leads here and not to it again. */
  const current = useRef<string | null>(where?.kind === 'session' ? where.session : null);
  const key = params.join('/');

  useEffect(() => {
    if (where?.kind === 'session' && where.session === current.current) return;
    current.current = where?.kind === 'session' ? where.session : null;
    setWanted(wantedAt(where));
    setRound((before) => before + 1);
  }, [key]);

  const open = (next: Wanted) => {
    setWanted(next);
    setRound((before) => before + 1);
  };
  const started = wanted?.kind === 'shell' ? wanted : null;

  return (
    <div class="fills live">
      <PageHead title={titleOf(wanted, where)} crumb={crumbOf(wanted)} />
      {wanted === null ? (
        <StartShell where={where} onStart={(shell) => open({ kind: 'shell', params: shell })} />
      ) : (
        <TerminalView
          label={titleOf(wanted, where)}
          round={round}
          opening={(terminal) =>
            wanted.kind === 'shell'
              ? { kind: 'shell', params: { ...wanted.params, terminal } }
              : { kind: 'attach', params: { ...wanted.params, terminal } }
          }
          onSession={(session) => {
            current.current = session;
            // To be sent on, and to come back to when the page is loaded again.
            history.replaceState(null, '', hrefOf('terminal', ['session', session]));
          }}
          onSteal={(session) => open({ kind: 'attach', params: { session, mode: 'write', steal: true } })}
          again={
            started === null
              ? undefined
              : {
                  text: 'New shell',
                  onPick: () => {
                    current.current = null;
                    setWanted(null);
                  },
                }
          }
        />
      )}
    </div>
  );
}

function wantedAt(where: TerminalPlace | null): Wanted | null {
  if (where?.kind !== 'session') return null;
  const { session, watch } = where;
  return { kind: 'attach', params: { session, ...(watch ? { mode: 'read' } : {}) } };
}

function titleOf(wanted: Wanted | null, where: TerminalPlace | null): string {
  if (wanted?.kind === 'shell') {
    const { app, instance, network } = wanted.params;
    return app === undefined
      ? `Shell in network ${network ?? ''}`
      : `Shell in ${app}${instance === undefined ? '' : ` ${instance}`}`;
  }
  if (wanted !== null) return `Session ${wanted.params.session}`;
  return where === null ? 'Terminal' : 'Open a shell';
}

function crumbOf(wanted: Wanted | null) {
  const app = wanted?.kind === 'shell' ? wanted.params.app : undefined;
  return app === undefined ? (
    <a href={hrefOf('sessions')}>Sessions</a>
  ) : (
    <a href={hrefOf('apps', [app])}>{app}</a>
  );
}
