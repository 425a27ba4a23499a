import { RigError } from '@rig-ops/contract/errors';
import type { AccessHours } from '@rig-ops/contract/resources';

/** In the order of a week, as the platform knows them. */
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof DAYS)[number];

const FORM = /^([a-z,-]+) (\d\d:\d\d)-(\d\d:\d\d)(?: (\S+))?$/;

const isDay = (text: string): text is Day => (DAYS as readonly string[]).includes(text);

function daysOf(text: string): Day[] | undefined {
  if (text === 'daily') return [...DAYS];
  const days: Day[] = [];
  for (const part of text.split(',')) {
    const [first = '', last = first] = part.split('-');
    if (!isDay(first) || !isDay(last)) return undefined;
    const from = DAYS.indexOf(first);
    // From a Friday to a Monday passes the end of the week.
    const count = (DAYS.indexOf(last) - from + DAYS.length) % DAYS.length;
    for (let step = 0; step <= count; step += 1) {
      const day = DAYS[(from + step) % DAYS.length];
      if (day !== undefined && !days.includes(day)) days.push(day);
    }
  }
  return days;
}

/**
 * Reads hours as people write them: `mon-fri 09:00-17:00 Europe/Berlin`; UTC where no zone is named.
 * @throws RigError `invalid_policy`
 */
export function parseHours(text: string): AccessHours {
  const [, days = '', from = '', to = '', zone = 'UTC'] = FORM.exec(text.trim()) ?? [];
  const named = daysOf(days);
  if (named !== undefined && from !== '') return { days: named, from, to, zone };
  throw new RigError('invalid_policy', `"${text}" names no hours of a week.`, {
    hint: 'Write them as "mon-fri 09:00-17:00 Europe/Berlin" or "daily 22:00-06:00 UTC".',
  });
}

/** As {@link parseHours} reads it. */
export const formatHours = ({ days, from, to, zone }: AccessHours): string =>
  `${days.length === DAYS.length ? 'daily' : days.join(',')} ${from}-${to} ${zone}`;
