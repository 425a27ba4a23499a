import { signal } from '@preact/signals';
import { Icon } from './icon.tsx';

interface Shown {
  readonly id: number;
  readonly kind: 'good' | 'bad';
  readonly text: string;
}

const shown = signal<readonly Shown[]>([]);
let last = 0;

const dismiss = (id: number) => {
  shown.value = shown.value.filter((toast) => toast.id !== id);
};

/** Says for some seconds what happened; read out by screen readers. What went wrong stays until it is dismissed. */
export function toast(text: string, kind: 'good' | 'bad' = 'good'): void {
  last += 1;
  const id = last;
  shown.value = [...shown.value.slice(-3), { id, kind, text }];
  if (kind === 'good') setTimeout(() => dismiss(id), 6000);
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {shown.value.map(({ id, kind, text }) => (
        <div key={id} class={`toast ${kind}`}>
          <Icon name={kind} size={14} />
          <span>{text}</span>
          <button type="button" class="button bare small" onClick={() => dismiss(id)}>
            <Icon name="close" size={12} />
            <span class="hidden-text">Dismiss</span>
          </button>
        </div>
      ))}
    </div>
  );
}
