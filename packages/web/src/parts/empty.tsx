import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  /** Whether it is all there is of the page, and its title the heading. */
  readonly heading?: boolean;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
}

/** What stands where there is nothing to show: why, and what to do about it. */
export function Empty({ icon, title, heading = false, children, action }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} size={28} />
      {heading ? <h1 tabIndex={-1}>{title}</h1> : <h3>{title}</h3>}
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}
