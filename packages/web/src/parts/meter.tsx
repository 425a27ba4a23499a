interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly of: number;
  /** What is said in words. */
  readonly text: string;
}

/** How much of something is taken; it warns from 85 percent, and is bad from 95. */
export function Meter({ label, value, of, text }: MeterProps) {
  const share = of === 0 ? 0 : Math.min(1, value / of);
  const tone = share >= 0.95 ? 'bad' : share >= 0.85 ? 'warn' : '';
  return (
    <div class="stack tight">
      <p class="num small soft">{text}</p>
      <div
        class={`meter ${tone}`}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={text}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
