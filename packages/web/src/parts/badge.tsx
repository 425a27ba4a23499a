import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'none';

const icons: Record<Tone, IconName> = {
  good: 'good',
  warn: 'warn',
  bad: 'bad',
  busy: 'busy',
  none: 'none',
};

/** A state in a word, with a sign of its own: never told by colour alone. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icons[tone]} size={12} />
      {children}
    </span>
  );
}
