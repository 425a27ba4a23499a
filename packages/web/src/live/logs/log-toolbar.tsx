import { useRef } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import type { LogViewModel } from './log-view-model.ts';
import { type TimeForm, timeForms } from './row-time.ts';

interface LogToolbarProps {
  readonly model: LogViewModel;
  readonly time: TimeForm;
  readonly wrap: boolean;
  readonly onTime: (time: TimeForm) => void;
  readonly onWrap: (wrap: boolean) => void;
  readonly onReveal: (number: number | null) => void;
  readonly onCopy: () => void;
  readonly onDownload: () => void;
}

const times: Readonly<Record<TimeForm, string>> = {
  local: 'Local time',
  utc: 'UTC',
  relative: 'How long ago',
  none: 'No time',
};

/** How the log is looked at; what it is asked for stands in the filters. */
export function LogToolbar(props: LogToolbarProps) {
  const { model, time, wrap, onTime, onWrap, onReveal, onCopy, onDownload } = props;
  const find = useRef<HTMLInputElement>(null);
  const { state } = model.state.value;
  const isPaused = model.reader.paused;
  const found = model.found.value.length;
  const at = model.at.value;
  const step = (direction: 1 | -1) => onReveal(model.step(direction));
  return (
    <div class="log-toolbar">
      <div class="row">
        <button
          type="button"
          class="button small"
          aria-pressed={isPaused}
          disabled={state === 'ended' || state === 'failed'}
          onClick={() => (isPaused ? model.reader.resume() : model.reader.pause())}
        >
          {isPaused ? 'Go on' : 'Pause'}
        </button>
        <div class="log-find" role="search">
          <Icon name="search" size={13} />
          <input
            ref={find}
            class="input"
            type="search"
            aria-label="Find in what is shown"
            placeholder="Find, or /pattern/"
            spellcheck={false}
            value={model.wanted.value}
            aria-invalid={model.wrongPattern.value !== null}
            title={model.wrongPattern.value ?? undefined}
            onInput={(event) => model.search(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') step(event.shiftKey ? 1 : -1);
              if (event.key === 'Escape') model.search('');
            }}
          />
          <output class="num small faint" aria-live="polite">
            {model.wanted.value !== '' &&
              (model.wrongPattern.value === null ? `${at === -1 ? '' : `${at + 1}/`}${found}` : 'no pattern')}
          </output>
          <button
            type="button"
            class="button bare small icon"
            disabled={found === 0}
            onClick={() => step(-1)}
          >
            <Icon name="up" size={12} />
            <span class="hidden-text">Earlier one</span>
          </button>
          <button type="button" class="button bare small icon" disabled={found === 0} onClick={() => step(1)}>
            <Icon name="down" size={12} />
            <span class="hidden-text">Later one</span>
          </button>
        </div>
      </div>
      <div class="row">
        <select
          class="input small"
          aria-label="Times"
          value={time}
          onChange={(event) => onTime(event.currentTarget.value as TimeForm)}
        >
          {timeForms.map((form) => (
            <option key={form} value={form}>
              {times[form]}
            </option>
          ))}
        </select>
        <button type="button" class="button small" aria-pressed={wrap} onClick={() => onWrap(!wrap)}>
          Wrap
        </button>
        <button type="button" class="button small" onClick={onCopy}>
          Copy
        </button>
        <button type="button" class="button small" onClick={onDownload}>
          Download
        </button>
      </div>
    </div>
  );
}
