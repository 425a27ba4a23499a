import { type AccessHours, type Day, DAYS } from '@rig-ops/contract/resources';

const DAY_SECONDS = 86_400;
/** Hours that follow one another are one stretch; nobody needs to know further ahead than this. */
const LOOK_AHEAD = 14;

const secondsOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 3_600 + minutes * 60;
};

/** Whether the platform knows a time zone by that name. */
export function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Weekday and second of the day that clocks in a zone show. */
function localTime(at: Date, zone: string): { day: number; second: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    day: DAYS.indexOf(of('weekday').toLowerCase() as Day),
    second: Number(of('hour')) * 3_600 + Number(of('minute')) * 60 + Number(of('second')),
  };
}

const leftOf = ({ days, from, to, zone }: AccessHours, at: Date): number => {
  const { day, second } = localTime(at, zone);
  const start = secondsOf(from);
  const end = secondsOf(to) + (secondsOf(to) <= start ? DAY_SECONDS : 0);
  const before = DAYS[(day + 6) % 7];
  const today = DAYS[day];
  if (today !== undefined && days.includes(today) && second >= start && second < end) return end - second;
  // What began yesterday goes on past midnight.
  if (before !== undefined && days.includes(before) && second + DAY_SECONDS < end) {
    return end - second - DAY_SECONDS;
  }
  return 0;
};

/**
 * For how many seconds it is one of the hours from now on, at a clock that runs evenly; 0 outside them all,
 * Infinity where hours follow on hours without an end in sight.
 */
export function secondsOpen(hours: readonly AccessHours[], now: Date): number {
  let total = 0;
  for (let stretch = 0; stretch < LOOK_AHEAD; stretch += 1) {
    const at = new Date(now.getTime() + total * 1_000);
    const left = Math.max(0, ...hours.map((each) => leftOf(each, at)));
    if (left === 0) return total;
    total += left;
  }
  return Number.POSITIVE_INFINITY;
}
