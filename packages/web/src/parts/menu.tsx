import { useSignal } from '@preact/signals';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface MenuEntry {
  readonly text: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly onPick: () => void;
}

/** A button that opens a menu: arrows, Home, End and Escape work in it, a click elsewhere closes it. */
export function Menu({ label, entries }: { label: string; entries: readonly MenuEntry[] }) {
  const open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

  useLayoutEffect(() => {
    if (!open.value) return undefined;
    items()[0]?.focus();
    const away = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) open.value = false;
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, [open.value, open]);

  const close = () => {
    open.value = false;
    root.current?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open.value) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape') close();
    else if (to === undefined) return;
    else all.at(to >= all.length ? 0 : to)?.focus();
    event.preventDefault();
  };

  return (
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="button icon"
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-controls={open.value ? id : undefined}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name="more" />
        <span class="hidden-text">{label}</span>
      </button>
      {open.value && (
        <ul role="menu" id={id} aria-label={label}>
          {entries.map(({ text, icon, danger, onPick }) => (
            <li key={text} role="none">
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                class={danger === true ? 'danger' : undefined}
                onClick={() => {
                  close();
                  onPick();
                }}
              >
                {icon !== undefined && <Icon name={icon} size={14} />}
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
