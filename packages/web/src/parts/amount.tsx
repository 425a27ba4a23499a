import { formatBytes, formatMs, formatNumber, formatPercent } from '../logic/format.ts';

const formats = {
  bytes: formatBytes,
  ms: formatMs,
  number: formatNumber,
  percent: formatPercent,
};

interface AmountProps {
  readonly value: number | null | undefined;
  readonly unit?: keyof typeof formats;
}

/** A figure: digits of one width, a faint dash where it is not known. */
export function Amount({ value, unit = 'number' }: AmountProps) {
  const known = value !== null && value !== undefined;
  return (
    <span class={known ? 'num nowrap' : 'num faint'} data-value={known ? value : undefined}>
      {formats[unit](value)}
    </span>
  );
}
