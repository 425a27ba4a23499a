import { signal } from '@preact/signals';

/** Whether the platform answers, as far as the latest request can tell; since when it does not. */
export const connection = signal<{ lost: false } | { lost: true; since: number }>({ lost: false });

export function noteAnswered(): void {
  if (connection.peek().lost) connection.value = { lost: false };
}

export function noteSilence(): void {
  if (!connection.peek().lost) connection.value = { lost: true, since: Date.now() };
}
