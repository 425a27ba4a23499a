import { useEffect, useRef, useState } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { colours } from '../../frame/theme.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge } from '../../parts/badge.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Icon } from '../../parts/icon.tsx';
import { now } from '../../parts/since.tsx';
import { toast } from '../../parts/toast.tsx';
import { onOneLine } from './check-paste.ts';
import { type Opening, SessionTerminal } from './session-terminal.ts';
import { describeFailure, describeOutcome } from './session-words.ts';
import type { Terminal as TerminalKind } from '@rig-ops/contract/channels';

interface TerminalViewProps {
  readonly label: string;
  /** What is opened in it; another one is opened when `round` changes. */
  readonly opening: (terminal: TerminalKind) => Opening;
  readonly round: number;
  /** A session is there: the address can name it from now on. */
  readonly onSession: (session: string) => void;
  readonly onSteal: (session: string) => void;
  /** Offered once it is over. */
  readonly again?: { readonly text: string; readonly onPick: () => void } | undefined;
}

const FONT = { least: 9, most: 28, usual: 14 };
const keptSize = () =>
  Math.min(FONT.most, Math.max(FONT.least, Number(localStorage.getItem('rig-terminal-font')) || FONT.usual));

export function TerminalView(props: TerminalViewProps) {
  const { label, opening, round, onSession, onSteal, again } = props;
  const box = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<SessionTerminal | null>(null);
  const [fontSize, setFontSize] = useState(keptSize);
  const [screenReader, setScreenReader] = useState(
    () => localStorage.getItem('rig-terminal-reader') === 'yes',
  );
  const [full, setFull] = useState(false);

  useEffect(() => {
    if (box.current === null) return undefined;
    const terminal = new SessionTerminal(box.current, { fontSize, screenReader }, () =>
      bar.current?.querySelector('button')?.focus(),
    );
    setMade(terminal);
    return () => terminal.dispose();
  }, []);
  useEffect(() => {
    if (made !== null) void made.open(opening);
  }, [made, round]);
  useEffect(() => {
    localStorage.setItem('rig-terminal-font', String(fontSize));
    localStorage.setItem('rig-terminal-reader', screenReader ? 'yes' : 'no');
    made?.look({ fontSize, screenReader });
  }, [made, fontSize, screenReader]);
  useSignalEffect(() => {
    void colours.value;
    // The browser has the new colours once it has drawn.
    requestAnimationFrame(() => made?.screen.recolour());
  });
  const accepted = made?.accepted.value ?? null;
  useEffect(() => {
    if (accepted !== null) onSession(accepted.session);
  }, [accepted?.session]);

  const state = made?.state.value ?? { state: 'opening' as const };
  const watching = made?.mode.value === 'read';
  const isOn = state.state === 'on' || state.state === 'lost';
  const paste = made?.paste.value ?? null;
  const pasteFromClipboard = async () => {
    try {
      made?.offerPaste(await navigator.clipboard.readText());
    } catch {
      toast('The browser does not let this page read the clipboard. Ctrl+Shift+V pastes.', 'bad');
    }
  };
  const copy = async () => {
    try {
      if (!(await made?.copy())) toast('Nothing is selected.');
    } catch {
      toast('The browser does not let this page write to the clipboard.', 'bad');
    }
  };

  return (
    <section
      class={['card terminal', full && 'full', made?.bell.value === true && 'rings']
        .filter(Boolean)
        .join(' ')}
      aria-label={label}
      data-state={state.state}
      data-session={accepted?.session}
    >
      <div ref={bar} class="terminal-bar" role="toolbar" aria-label="Terminal">
        <span class="row terminal-what">
          <StateBadge state={state.state} watching={watching} />
          {accepted?.recorded === true && <Badge tone="warn">Recorded</Badge>}
          {made !== null && made.title.value !== '' && (
            <span class="terminal-title" title="Title that the program has given its terminal">
              {made.title.value}
            </span>
          )}
        </span>
        <span class="row">
          {watching && isOn && accepted !== null && (
            <button type="button" class="button small" onClick={() => onSteal(accepted.session)}>
              Take over
            </button>
          )}
          <button type="button" class="button small" disabled={!isOn} onClick={() => void copy()}>
            Copy
          </button>
          <button
            type="button"
            class="button small"
            disabled={!isOn || watching}
            onClick={() => void pasteFromClipboard()}
          >
            Paste
          </button>
          <span class="row terminal-font">
            <button
              type="button"
              class="button small"
              disabled={fontSize <= FONT.least}
              onClick={() => setFontSize(fontSize - 1)}
            >
              A−<span class="hidden-text">: smaller letters</span>
            </button>
            <button
              type="button"
              class="button small"
              disabled={fontSize >= FONT.most}
              onClick={() => setFontSize(fontSize + 1)}
            >
              A+<span class="hidden-text">: larger letters</span>
            </button>
          </span>
          <button
            type="button"
            class="button small"
            aria-pressed={screenReader}
            title="What appears is read out"
            onClick={() => setScreenReader(!screenReader)}
          >
            Screen reader
          </button>
          <button type="button" class="button small" aria-pressed={full} onClick={() => setFull(!full)}>
            Full window
          </button>
          {isOn && (
            <>
              <button
                type="button"
                class="button small"
                title="The session goes on, and you can come back to it"
                onClick={() => made?.detach()}
              >
                Detach
              </button>
              <button type="button" class="button small terminal-end" onClick={() => made?.end()}>
                {watching ? 'Leave' : 'End'}
              </button>
            </>
          )}
        </span>
      </div>
      <div role="status" class="terminal-says">
        {state.state === 'lost' && (
          <p class="terminal-note warn">
            <span class="spin" />
            Connection lost; trying to come back for{' '}
            {Math.max(0, Math.ceil((state.until - now.value) / 1000))} s. What you type is sent once it is
            back.
          </p>
        )}
        {state.state === 'waiting' && (
          <p class="terminal-note">
            <span class="spin" />
            Somebody else has to approve this session: <code>rig sessions approve {state.approval}</code>
          </p>
        )}
        {made !== null && made.notice.value !== null && (
          <p class="terminal-note">
            {made.notice.value}
            <button
              type="button"
              class="button bare small"
              onClick={() => {
                made.notice.value = null;
              }}
            >
              <Icon name="close" size={10} />
              <span class="hidden-text">Dismiss</span>
            </button>
          </p>
        )}
      </div>
      <div class={watching ? 'terminal-box watched' : 'terminal-box'} ref={box} />
      <footer class="terminal-foot small faint">
        <span class="break">
          {made?.link.value !== null && made !== null
            ? `Ctrl+click opens ${made.link.value}`
            : 'Ctrl+Shift+Enter leaves the terminal'}
        </span>
        <span class="num" data-size={`${made?.size.value.rows} ${made?.size.value.columns}`}>
          {made?.size.value.columns}×{made?.size.value.rows}
        </span>
      </footer>
      {state.state === 'over' && (
        <div class="terminal-over" role="alert">
          <Badge tone={describeOutcome(state.outcome).tone}>{describeOutcome(state.outcome).text}</Badge>
          <span class="row">
            {'left' in state.outcome && accepted !== null && (
              <button type="button" class="button small" onClick={() => onSteal(accepted.session)}>
                Come back
              </button>
            )}
            {again !== undefined && (
              <button type="button" class="button small primary" onClick={again.onPick}>
                {again.text}
              </button>
            )}
            <a class="button small" href={hrefOf('sessions')}>
              Sessions
            </a>
          </span>
        </div>
      )}
      {state.state === 'failed' && (
        <div class="terminal-over">
          <ErrorNote
            error={describeFailure(state.error)}
            {...(again === undefined ? {} : { retry: again.onPick })}
          />
          <a class="button small" href={hrefOf('sessions', [], { show: 'all' })}>
            Sessions
          </a>
        </div>
      )}
      {paste !== null && (
        <Dialog
          title={paste.lines === 1 ? 'Paste this?' : `Paste ${paste.lines} lines?`}
          onClose={() => {
            if (made !== null) made.paste.value = null;
          }}
          wide
          returnFocus={() => made?.screen.terminal.focus()}
          actions={
            <>
              <button
                type="button"
                class="button"
                onClick={() => {
                  if (made !== null) made.paste.value = null;
                }}
              >
                Do not paste
              </button>
              <button type="button" class="button" onClick={() => made?.doPaste(onOneLine(paste.text))}>
                Paste as one line
              </button>
              <button
                type="button"
                class="button primary"
                data-first-focus
                onClick={() => made?.doPaste(paste.text)}
              >
                Paste
              </button>
            </>
          }
        >
          <p>The program runs each line as if you had pressed Enter behind it.</p>
          <pre class="terminal-paste">{paste.text.slice(0, 4000)}</pre>
          {paste.leftOut > 0 && (
            <p class="faint">{paste.leftOut} characters that are no text are left out.</p>
          )}
        </Dialog>
      )}
    </section>
  );
}

function StateBadge({ state, watching }: { state: string; watching: boolean }) {
  if (state === 'on')
    return watching ? <Badge tone="busy">Watching</Badge> : <Badge tone="good">Connected</Badge>;
  if (state === 'lost') return <Badge tone="warn">Connection lost</Badge>;
  if (state === 'opening' || state === 'waiting')
    return <Badge tone="busy">{state === 'waiting' ? 'Waits for approval' : 'Opening'}</Badge>;
  return <Badge tone={state === 'failed' ? 'bad' : 'none'}>{state === 'failed' ? 'Failed' : 'Ended'}</Badge>;
}
