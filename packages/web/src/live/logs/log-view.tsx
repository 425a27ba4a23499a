import { useEffect, useState } from 'preact/hooks';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Icon } from '../../parts/icon.tsx';
import { now } from '../../parts/since.tsx';
import { toast } from '../../parts/toast.tsx';
import { LineRow } from './line-row.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import type { LogViewModel } from './log-view-model.ts';
import { requestColumns } from './request-cells.tsx';
import { logText } from './row-text.ts';
import type { TimeForm } from './row-time.ts';
import { VirtualRows } from './virtual-rows.tsx';

const LINE_HEIGHT = 20;
/** Of what stands in front of a line, in characters. */
const HEAD = { time: 14, fold: 3 };
const LONGEST_NAME = 28;

interface LogViewProps {
  readonly model: LogViewModel;
  /** What it is the log of; also the name of a file. */
  readonly label: string;
  readonly names: 'app' | 'instance' | 'none';
  /** Whether requests are the rows of a table. */
  readonly table: boolean;
  readonly onRetry: () => void;
}

const kept = <T extends string>(name: string, usual: T): T =>
  (localStorage.getItem(name) as T | null) ?? usual;

export function LogView({ model, label, names, table, onRetry }: LogViewProps) {
  const [time, setTime] = useState<TimeForm>(() => kept('rig-log-time', 'local'));
  const [wrap, setWrap] = useState(() => kept('rig-log-wrap', 'yes') === 'yes');
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [reveal, setReveal] = useState<number | null>(null);
  useEffect(() => localStorage.setItem('rig-log-time', time), [time]);
  useEffect(() => localStorage.setItem('rig-log-wrap', wrap ? 'yes' : 'no'), [wrap]);

  const { rows } = model.reader;
  const state = model.state.value;
  void model.version.value;
  const look = {
    time,
    names,
    table,
    finder: model.finder.value,
    now: time === 'relative' ? now.value : 0,
  };
  const here = model.found.value[model.at.value];
  const toggle = (number: number) => {
    const changed = new Set(open);
    if (!changed.delete(number)) changed.add(number);
    model.follow(false);
    setOpen(changed);
  };
  const nameWidth = Math.min(LONGEST_NAME, names === 'none' ? 0 : rows.longest[names]);
  const head = HEAD.fold + (time === 'none' ? 0 : HEAD.time) + (names === 'none' ? 0 : nameWidth + 1);
  const linesOf = (number: number, columns: number) => {
    const row = rows.at(number);
    if (!wrap || row === undefined || (table && row.type === 'line' && row.source === 'edge')) return 1;
    return Math.max(1, Math.ceil(row.text.length / Math.max(10, columns - head)));
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(logText(rows, time));
      toast(`Copied ${rows.length.toLocaleString('en')} lines.`);
    } catch {
      toast('The browser does not let this page write to the clipboard.', 'bad');
    }
  };
  const download = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([logText(rows, 'full')], { type: 'text/plain' }));
    link.download = `${label.replaceAll(/[^\w.-]+/g, '-')}.log`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  return (
    <section
      class={['card log', wrap && 'wraps', table && 'tabled'].filter(Boolean).join(' ')}
      aria-label={label}
    >
      <LogToolbar
        model={model}
        time={time}
        wrap={wrap}
        onTime={setTime}
        onWrap={setWrap}
        onReveal={setReveal}
        onCopy={() => void copy()}
        onDownload={download}
      />
      {rows.first > 0 && (
        <p class="log-dropped small" role="note">
          <Icon name="warn" size={12} />
          The oldest {rows.first.toLocaleString('en')} lines are not kept in this page any more. Filter, or
          use <code>rig logs</code>.
        </p>
      )}
      <div class="log-middle">
        <VirtualRows
          model={model}
          label={label}
          nameWidth={nameWidth}
          lineHeight={LINE_HEIGHT}
          linesOf={linesOf}
          layout={`${wrap} ${time} ${names} ${table}`}
          reveal={reveal}
          render={(number) => {
            const row = rows.at(number);
            return (
              row !== undefined && (
                <LineRow
                  key={number}
                  number={number}
                  row={row}
                  open={open.has(number)}
                  here={number === here}
                  onToggle={toggle}
                  {...look}
                />
              )
            );
          }}
        >
          {table && (
            <div class="log-columns" aria-hidden="true">
              {time !== 'none' && <span class="log-time">When</span>}
              {names !== 'none' && <span class="log-name">App</span>}
              <span class="log-request">
                {requestColumns.map((title) => (
                  <span key={title}>{title}</span>
                ))}
              </span>
            </div>
          )}
        </VirtualRows>
        {rows.length === 0 && state.state !== 'failed' && (
          <p class="log-none faint">
            {state.state === 'ended' ? 'There is no line.' : 'No line yet; new ones appear here.'}
          </p>
        )}
        {!model.following.value && (
          <button type="button" class="button primary small log-jump" onClick={() => model.follow(true)}>
            <Icon name="down" size={12} />
            {model.unseen.value === 0
              ? 'Jump to the newest'
              : `${model.unseen.value.toLocaleString('en')} new: jump to the newest`}
          </button>
        )}
      </div>
      <div class="log-foot small" role="status">
        <StateWords model={model} />
        <span class="num faint">
          {rows.length === 1 ? '1 line' : `${rows.length.toLocaleString('en')} lines`}
        </span>
      </div>
      {state.state === 'failed' && (
        <div class="log-failed">
          <ErrorNote error={state.error} retry={onRetry} />
        </div>
      )}
    </section>
  );
}

function StateWords({ model }: { model: LogViewModel }) {
  const { state } = model.state.value;
  const words = {
    reading: model.following.value ? 'Follows as lines come' : 'New lines come in below',
    paused: 'Paused; what comes waits on the platform',
    ended: 'This log has ended',
    lost: 'The connection was lost; it goes on behind the last line once it is back',
    failed: 'It could not be read on',
  }[state];
  const sign = { reading: 'busy', paused: 'none', ended: 'good', lost: 'warn', failed: 'bad' } as const;
  return (
    <span class={`row log-state ${state}`} data-state={state}>
      <Icon name={sign[state]} size={12} />
      {words}
    </span>
  );
}
