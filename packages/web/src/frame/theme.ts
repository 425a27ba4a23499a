import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'rig-theme';
const stored = localStorage.getItem(KEY);

export const theme = signal<Theme>(THEMES.find((name) => name === stored) ?? 'system');

/** Changes whenever colours do: charts draw theirs on a canvas. */
export const colours = signal(0);

effect(() => {
  const { documentElement } = document;
  if (theme.value === 'system') delete documentElement.dataset.theme;
  else documentElement.dataset.theme = theme.value;
  localStorage.setItem(KEY, theme.value);
  colours.value = colours.peek() + 1;
});

const system = matchMedia('(prefers-color-scheme: dark)');
system.addEventListener('change', () => {
  colours.value += 1;
});
