import '../live.css';
import '../terminal/terminal.css';
import './replay.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { Player, type PlayerCommand, safeOutput } from '@rig-ops/wire/recording';
import { call } from '../../api/call.ts';
import type { PageProps } from '../../frame/pages.ts';
import { colours } from '../../frame/theme.ts';
import { formatBytes } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Since } from '../../parts/since.tsx';
import { makeScreen, type Screen } from '../terminal/make-screen.ts';
import { useAnswer } from '../use-answer.ts';
import { type LoadedRecording, loadRecording } from './load-recording.ts';
import { clock, commandOfKey } from './player-keys.ts';

/** `#/replay/<id>`. */
export default function ReplayPage({ params }: PageProps) {
  const [session] = params;
  if (session === undefined) {
    return (
      <Empty
        icon="terminal"
        title="Which session?"
        heading
        action={
          <a class="button" href={hrefOf('sessions', [], { show: 'all' })}>
            Sessions
          </a>
        }
      />
    );
  }
  return <Replay key={session} session={session} />;
}

function Replay({ session }: { session: string }) {
  const [loaded, setLoaded] = useState<LoadedRecording | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [bytes, setBytes] = useState(0);
  const [round, setRound] = useState(0);
  const about = useAnswer(() => call('getSession', { params: { session } }), session).value;
  useEffect(() => {
    const over = new AbortController();
    setError(null);
    const load = async () => {
      try {
        setLoaded(await loadRecording(session, over.signal, setBytes));
      } catch (failure) {
        if (!over.signal.aborted) setError(failure);
      }
    };
    void load();
    return () => over.abort();
  }, [session, round]);

  const download = () => {
    if (loaded === null) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(loaded.file);
    link.download = `${session}${loaded.timeline.head.terminal === null ? '.ndjson.zst' : '.cast.zst'}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  return (
    <div class="fills live">
      <PageHead
        title={`Replay of ${session}`}
        crumb={<a href={hrefOf('sessions', [], { show: 'all' })}>Sessions</a>}
        sub={
          about !== null && (
            <span class="row wrap">
              <span>
                {about.user} in {about.app ?? `network ${about.network}`}
                {about.instance !== null && `/${about.instance}`}, <Since at={about.startedAt} ago />
              </span>
              <code class="break">{about.argv.join(' ')}</code>
              {loaded?.live === true && <Badge tone="busy">goes on; up to now</Badge>}
              {about.recording?.truncated === true && <Badge tone="warn">cut at its size limit</Badge>}
              {loaded?.compared === true && <Badge tone="good">as in the audit log</Badge>}
            </span>
          )
        }
      >
        <button type="button" class="button small" disabled={loaded === null} onClick={download}>
          Download
        </button>
      </PageHead>
      {error !== null && <ErrorNote error={error} retry={() => setRound(round + 1)} />}
      {error === null && loaded === null && (
        <p class="row" role="status">
          <span class="spin" />
          Loading the recording: {formatBytes(bytes)}
        </p>
      )}
      {loaded !== null && <PlayerView loaded={loaded} />}
    </div>
  );
}

const speeds = [0.25, 0.5, 1, 1.5, 2, 4, 8, 16] as const;
const idles = [
  ['', 'Pauses as they were'],
  ['5', 'Pauses up to 5 s'],
  ['2', 'Pauses up to 2 s'],
  ['0.5', 'Pauses up to 0.5 s'],
] as const;

function PlayerView({ loaded }: { loaded: LoadedRecording }) {
  const { timeline } = loaded;
  const box = useRef<HTMLDivElement>(null);
  const screen = useRef<Screen | null>(null);
  const player = useRef<Player | null>(null);
  const [shown, setShown] = useState({ position: 0, paused: false, speed: 1 });
  const [failed, setFailed] = useState<unknown>(null);
  const [idle, setIdle] = useState('2');
  const [size, setSize] = useState(timeline.head.terminal ?? { columns: 80, rows: 24 });

  useEffect(() => {
    if (box.current === null) return undefined;
    const over = new AbortController();
    const made = makeScreen(box.current, {
      fontSize: 14,
      screenReader: false,
      silent: true,
      onLink: () => undefined,
      onFollow: () => undefined,
    });
    screen.current = made;
    const { terminal } = made;
    // What a recording asks the terminal is answered to nobody: there is no program.
    const resize = (to: { readonly columns: number; readonly rows: number }) => {
      terminal.resize(to.columns, to.rows);
      setSize({ columns: to.columns, rows: to.rows, term: undefined });
    };
    resize(size);
    const playing = new Player(
      timeline,
      {
        write: (text) => new Promise((resolve) => terminal.write(safeOutput(text), resolve)),
        showStatus: () => Promise.resolve(show()),
        resize,
      },
      { speed: 1, idleLimit: Number(idle), paused: false, staysAtEnd: true, signal: over.signal },
    );
    player.current = playing;
    const show = () => setShown({ position: playing.position, paused: playing.paused, speed: playing.speed });
    const timer = setInterval(show, 100);
    const play = async () => {
      try {
        await playing.play();
      } catch (error) {
        setFailed(error);
      }
    };
    void play();
    return () => {
      over.abort();
      clearInterval(timer);
      made.dispose();
    };
  }, [timeline]);
  useSignalEffect(() => {
    void colours.value;
    requestAnimationFrame(() => screen.current?.recolour());
  });
  // Letters as large as the recorded size has room for.
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const fit = () => {
      const { terminal } = screen.current ?? {};
      if (terminal === undefined) return;
      const wide = (element.clientWidth - 32) / (size.columns * 0.605);
      const high = (element.clientHeight - 16) / (size.rows * 1.36);
      terminal.options.fontSize = Math.max(6, Math.min(18, Math.floor(Math.min(wide, high) * 2) / 2));
    };
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(element);
    return () => watch.disconnect();
  }, [size.columns, size.rows]);

  const ask = (command: PlayerCommand) => player.current?.command(command);
  const { duration, markers } = timeline;
  const atEnd = shown.position >= duration;
  const toggle = () => ask(atEnd && shown.paused ? { type: 'jump', fraction: 0 } : { type: 'pause' });
  return (
    <section
      class="card terminal replay"
      aria-label="Recording"
      data-position={shown.position.toFixed(6)}
      data-paused={shown.paused}
      onKeyDown={(event) => {
        const { target } = event;
        if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && event.key !== ' '))
          return;
        if (target instanceof HTMLButtonElement && event.key === ' ') return;
        const command = commandOfKey(event);
        if (command === null) return;
        event.preventDefault();
        ask(command);
      }}
    >
      <div class="terminal-box" ref={box} tabIndex={0} role="group" aria-label="What was on the screen" />
      {failed !== null && <ErrorNote error={failed} />}
      <div class="replay-bar">
        <button type="button" class="button small primary" onClick={toggle}>
          {shown.paused ? 'Play' : 'Pause'}
        </button>
        <button type="button" class="button small" title="Step (.)" onClick={() => ask({ type: 'step' })}>
          <Icon name="next" size={12} />
          Step
        </button>
        <span class="num nowrap">
          {clock(shown.position)} / {clock(duration)}
        </span>
        <span class="replay-line">
          <input
            type="range"
            aria-label="Place in the recording"
            aria-valuetext={`${clock(shown.position)} of ${clock(duration)}`}
            min={0}
            max={Math.max(duration, 0.001)}
            step="any"
            value={shown.position}
            onInput={(event) =>
              ask({ type: 'jump', fraction: Number(event.currentTarget.value) / Math.max(duration, 0.001) })
            }
          />
          {markers.map((at) => (
            <i key={at} style={{ left: `${(at / Math.max(duration, 0.001)) * 100}%` }} />
          ))}
        </span>
        <select
          class="input"
          aria-label="Speed"
          value={String(shown.speed)}
          onChange={(event) =>
            ask({ type: 'speed', factor: Number(event.currentTarget.value) / shown.speed })
          }
        >
          {[...new Set([...speeds, shown.speed])]
            .toSorted((a, b) => a - b)
            .map((speed) => (
              <option key={speed} value={String(speed)}>
                {speed}×
              </option>
            ))}
        </select>
        <select
          class="input"
          aria-label="Pauses"
          value={idle}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setIdle(value);
            player.current?.limitIdle(value === '' ? undefined : Number(value));
          }}
        >
          {idles.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <span class="num small faint">
          {size.columns}×{size.rows}
        </span>
      </div>
      <footer class="terminal-foot small faint">
        Space pauses · ← → 5 s · ↑ ↓ 1 min · 0–9 places · . steps · [ ] markers · + − speed
      </footer>
    </section>
  );
}
