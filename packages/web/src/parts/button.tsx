import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly icon?: IconName;
  readonly look?: 'primary' | 'danger' | 'bare';
  readonly small?: boolean;
  readonly type?: 'button' | 'submit';
  /** Under way: it says so, and cannot be pressed a second time. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly onClick?: () => void;
}

export function Button(props: ButtonProps) {
  const { children, icon, look, small = false, type = 'button', busy = false, disabled = false } = props;
  return (
    <button
      type={type}
      class={['button', look, small && 'small'].filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy}
      onClick={props.onClick}
    >
      {busy ? <span class="spin" /> : icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}
