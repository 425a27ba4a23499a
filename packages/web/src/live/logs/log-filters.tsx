import { useEffect, useId, useState } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { type LogKind, type LogWishes, tails, usualTail } from './log-place.ts';

interface LogFiltersProps {
  readonly kind: Exclude<LogKind, 'deploy'>;
  readonly wishes: LogWishes;
  /** Whether it shows requests alone. */
  readonly table: boolean;
  /** Names of processes and instances, to choose from. */
  readonly known: { readonly processes: readonly string[]; readonly instances: readonly string[] };
  readonly onChange: (wishes: Readonly<Record<string, string | undefined>>) => void;
}

interface FieldSpec {
  readonly name: string;
  readonly title: string;
  readonly hint?: string;
  readonly wide?: boolean;
}

const levels = [
  ['', 'Any level'],
  ['debug+', 'debug and worse'],
  ['info+', 'info and worse'],
  ['warn+', 'warn and worse'],
  ['error+', 'error and worse'],
] as const;

const sources = [
  ['', 'App and platform'],
  ['app', 'App alone'],
  ['platform', 'Platform alone'],
  ['edge', 'Requests'],
] as const;

const parts = [
  ['edge', 'Requests'],
  ['apps', 'What apps print'],
  ['events', 'Events'],
  ['edge,apps,events', 'All of it'],
] as const;

const since = ['10m', '1h', '24h', '7d', 'today', 'yesterday'];

/** Which lines are wanted: evaluated by the platform, so that only those travel. All of it stands in the address. */
export function LogFilters({ kind, wishes, table, known, onChange }: LogFiltersProps) {
  const id = useId();
  const more = moreFields(kind);
  const active = more.filter(({ name }) => (wishes[name] ?? '') !== '').length;
  const [open, setOpen] = useState(active > 0);
  const set = (name: string) => (value: string) => onChange({ [name]: value === '' ? undefined : value });
  const choose = (
    name: string,
    label: string,
    options: readonly (readonly [string, string])[],
    usual = options[0]?.[0] ?? '',
  ) => (
    <select
      class="input"
      aria-label={label}
      value={wishes[name] ?? usual}
      onChange={(event) => set(name)(event.currentTarget.value)}
    >
      {withChosen(options, wishes[name]).map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
  return (
    <form
      class="log-filters"
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <div class="row wrap">
        <label class="search">
          <Icon name="search" size={14} />
          <span class="hidden-text">Only lines with</span>
          <LateInput
            value={wishes.grep ?? ''}
            placeholder={wishes.regex === '1' ? 'Only lines that match (RE2)' : 'Only lines with…'}
            onValue={set('grep')}
          />
        </label>
        <label class="check small">
          <input
            type="checkbox"
            checked={wishes.regex === '1'}
            onChange={(event) => set('regex')(event.currentTarget.checked ? '1' : '')}
          />
          Pattern
        </label>
        {kind === 'network' && choose('only', 'What is shown', parts)}
        {!table && choose('level', 'Level', levels)}
        {kind === 'app' && choose('source', 'Written by', sources)}
        {choose(
          'lines',
          'How many lines at first',
          tails.map((tail) => [tail, tailText(tail)] as const),
          usualTail(kind),
        )}
        <button
          type="button"
          class="button small"
          aria-expanded={open}
          aria-controls={`${id}-more`}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'up' : 'down'} size={12} />
          {active === 0 ? 'More filters' : `More filters (${active})`}
        </button>
      </div>
      {open && (
        <div class="log-more" id={`${id}-more`}>
          {more.map(({ name, title, hint, wide = false }) => (
            <div key={name} class={wide ? 'field wide' : 'field'}>
              <label for={`${id}-${name}`}>{title}</label>
              <LateInput
                id={`${id}-${name}`}
                list={listOf(name, id)}
                value={wishes[name] ?? ''}
                placeholder={hint ?? ''}
                onValue={set(name)}
              />
            </div>
          ))}
          <Options id={`${id}-processes`} values={known.processes} />
          <Options id={`${id}-instances`} values={known.instances} />
          <Options id={`${id}-since`} values={since} />
          <label class="check small">
            <input
              type="checkbox"
              checked={wishes.case === '1'}
              onChange={(event) => set('case')(event.currentTarget.checked ? '1' : '')}
            />
            Upper and lower case differ
          </label>
          <label class="check small">
            <input
              type="checkbox"
              checked={wishes.not === '1'}
              onChange={(event) => set('not')(event.currentTarget.checked ? '1' : '')}
            />
            Lines without it
          </label>
        </div>
      )}
    </form>
  );
}

/** Somebody may have written another one into the address. */
const withChosen = (
  options: readonly (readonly [string, string])[],
  chosen: string | undefined,
): readonly (readonly [string, string])[] =>
  chosen === undefined || options.some(([value]) => value === chosen)
    ? options
    : [...options, [chosen, chosen]];

const tailText = (tail: (typeof tails)[number]): string => {
  if (tail === 'all') return 'From the first line';
  return tail === '0' ? 'New lines alone' : `Latest ${Number(tail).toLocaleString('en')}`;
};

const listOf = (name: string, id: string): string | undefined => {
  const lists: Readonly<Record<string, string>> = {
    process: 'processes',
    instance: 'instances',
    since: 'since',
    until: 'since',
  };
  return lists[name] === undefined ? undefined : `${id}-${lists[name]}`;
};

function moreFields(kind: LogFiltersProps['kind']): FieldSpec[] {
  const times = [
    { name: 'since', title: 'Since', hint: '10m, today, 12:30' },
    { name: 'until', title: 'Until', hint: '5m, 2026-01-31T12:30' },
  ];
  const where = [
    { name: 'where', title: 'Fields meet', hint: 'status>=500 and path~^/api', wide: true },
    { name: 'context', title: 'Lines around', hint: '0' },
  ];
  if (kind === 'build') return [...times, ...where];
  const origin = [
    { name: 'process', title: 'Process', hint: 'web, worker' },
    { name: 'instance', title: 'Instance', hint: 'web.1' },
    { name: 'release', title: 'Release', hint: 'v3' },
    { name: 'stream', title: 'Stream', hint: 'stdout, stderr' },
  ];
  if (kind === 'app') return [...times, ...origin, ...where];
  const requests = [
    { name: 'status', title: 'Status', hint: '5xx, 404' },
    { name: 'path', title: 'Path begins with', hint: '/api' },
    { name: 'method', title: 'Method', hint: 'GET' },
    { name: 'slow', title: 'As slow as', hint: '500ms' },
  ];
  return [...requests, ...times, ...origin.slice(0, 2), ...where];
}

function Options({ id, values }: { id: string; values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

interface LateInputProps {
  readonly value: string;
  readonly placeholder: string;
  readonly id?: string;
  readonly list?: string | undefined;
  readonly onValue: (value: string) => void;
}

/** Tells what was typed once somebody has finished typing: each change reads the log anew. */
function LateInput({ value, placeholder, id, list, onValue }: LateInputProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onValue(typed), 600);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <input
      class="input"
      id={id}
      list={list}
      value={typed}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      onInput={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && typed !== value) onValue(typed);
      }}
    />
  );
}
