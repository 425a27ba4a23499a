import { readFields } from '@rig-ops/contract/log-fields';
import { Icon } from '../../parts/icon.tsx';
import type { TextFinder } from './find-text.ts';
import { levelOfRow, type LineRow as LineLog, type LogRow } from './log-row.ts';
import { RequestCells } from './request-cells.tsx';
import { readRequest } from './read-request.ts';
import { formatRowTime, type TimeForm } from './row-time.ts';
import { SHOWN_CHARACTERS, StyledLine } from './styled-line.tsx';

interface LineLook {
  readonly time: TimeForm;
  readonly now: number;
  readonly names: 'app' | 'instance' | 'none';
  readonly finder: TextFinder | null;
  /** Whether requests are cells of a table. */
  readonly table: boolean;
}

interface LineRowProps extends LineLook {
  readonly number: number;
  readonly row: LogRow;
  readonly open: boolean;
  /** Whether the search is at it. */
  readonly here: boolean;
  readonly onToggle: (number: number) => void;
}

/** What wrote a line. */
const nameOf = ({ app, instance }: Pick<LineLog, 'app' | 'instance'>, names: LineLook['names']): string =>
  names === 'app' && app !== '' ? `${app}/${instance}` : instance;

const openedBy = (text: string): boolean => text.length > SHOWN_CHARACTERS || /^\s*\{.*\}\s*$/s.test(text);

export function LineRow(props: LineRowProps) {
  const { number, row, open, here, onToggle, time, now, names, finder, table } = props;
  if (row.type !== 'line') {
    return (
      <div class={row.type === 'gap' ? 'log-row of-rig gap' : 'log-row of-rig'} data-number={number}>
        <Icon name={row.type === 'gap' ? 'warn' : 'next'} size={12} />
        {row.at !== undefined && time !== 'none' && (
          <time class="log-time" dateTime={row.at} title={row.at}>
            {formatRowTime(row.at, time, now)}
          </time>
        )}
        <span class="log-text">{row.text}</span>
      </div>
    );
  }
  const level = levelOfRow(row);
  const request = row.source === 'edge' ? readRequest(row.text) : null;
  const classes = [
    'log-row',
    here && 'here',
    row.context && 'around',
    level,
    row.source === 'platform' && 'of-platform',
  ];
  const foldable = request !== null || openedBy(row.text);
  return (
    <div class={classes.filter(Boolean).join(' ')} data-number={number}>
      {foldable ? (
        <button
          type="button"
          class="log-fold"
          aria-expanded={open}
          aria-label={open ? 'Fold this line' : 'Unfold this line'}
          onClick={() => onToggle(number)}
        >
          <Icon name={open ? 'down' : 'next'} size={10} />
        </button>
      ) : (
        <span class="log-fold" />
      )}
      {time !== 'none' && (
        <time class="log-time" dateTime={row.at} title={row.at}>
          {formatRowTime(row.at, time, now)}
        </time>
      )}
      {names !== 'none' && (
        <span class={`log-name tint-${tintOf(row.instance === '' ? row.app : row.instance)}`}>
          {nameOf(row, names)}
        </span>
      )}
      {request !== null && table ? (
        <RequestCells request={request} finder={finder} />
      ) : (
        <span class="log-text">
          <StyledLine text={row.text} finder={finder} whole={open} />
          {!open && row.text.length > SHOWN_CHARACTERS && (
            <span class="faint">
              {' '}
              … {(row.text.length - SHOWN_CHARACTERS).toLocaleString('en')} more characters
            </span>
          )}
        </span>
      )}
      {open && <Unfolded text={row.text} />}
    </div>
  );
}

/** A structured line, laid out. */
function Unfolded({ text }: { text: string }) {
  const fields = readFields(text);
  if (fields === null) return null;
  return <pre class="log-unfolded">{JSON.stringify(fields, null, 2)}</pre>;
}

/** Names keep their colour. */
function tintOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return sum % 6;
}
