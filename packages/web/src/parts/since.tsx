import { signal, useComputed } from '@preact/signals';
import { formatAge, formatMoment } from '../logic/format.ts';

/** Moves on every second while somebody looks. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);
document.addEventListener('visibilitychange', () => {
  now.value = Date.now();
});

/** How long ago something was, kept true; the moment itself stands in the tooltip. */
export function Since({ at, ago = false }: { at: string | null; ago?: boolean }) {
  const text = useComputed(() => {
    if (at === null) return '–';
    const age = formatAge(now.value - Date.parse(at));
    return ago && age !== 'now' ? `${age} ago` : age;
  });
  if (at === null) return <span class="faint">–</span>;
  return (
    <time class="num nowrap" dateTime={at} title={formatMoment(at)}>
      {text}
    </time>
  );
}
