import type { SuspendTerminal } from './hand-over.ts';
import { keyNames } from './key-names.ts';
import type { DashboardStore } from './dashboard-store.ts';
import type { InkAndReact } from './load-ink.ts';

/** The tree that ink draws: one text for each line of the picture, so that only changed lines are made anew. */
export function makeDashboardView(
  { ink, react }: InkAndReact,
  { store, onReady }: { store: DashboardStore; onReady: (suspend: SuspendTerminal) => void },
) {
  const { createElement, memo, useEffect, useSyncExternalStore } = react;
  const { Box, Text, useApp, useInput } = ink;

  const Line = memo(({ text }: { text: string }) => createElement(Text, { wrap: 'truncate-end' }, text));

  const Dashboard = () => {
    const { lines } = useSyncExternalStore(store.subscribe, store.picture);
    const { suspendTerminal } = useApp();
    useEffect(() => onReady(suspendTerminal), [suspendTerminal]);
    useInput((input, key) => {
      for (const name of keyNames(input, key)) store.press(name);
    });
    return createElement(
      Box,
      { flexDirection: 'column' },
      lines.map((text, index) => createElement(Line, { key: index, text })),
    );
  };
  return createElement(Dashboard);
}
