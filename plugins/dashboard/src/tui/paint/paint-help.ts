import { currentScreen } from '../../logic/dashboard/dashboard-ui.ts';
import { keyBindings } from '../../logic/dashboard/key-bindings.ts';
import { fit, line, type Piece } from './look.ts';
import type { Scene } from './scene.ts';

/** Every key of the screen that was left for it. */
export function paintHelp({ ui, look }: Scene): string[] {
  const { columns } = ui.size;
  const { own, general } = keyBindings(currentScreen(ui));
  const rows = (bindings: typeof own) =>
    bindings.map(({ keys, says }) =>
      line(
        [
          ['strong', `   ${fit(look.sign(keys), 8)}`],
          ['plain', says],
        ] satisfies Piece[],
        columns,
        look,
      ),
    );
  const title = (text: string) => line([['dim', ` ${text}`]], columns, look);
  return [
    ...(own.length === 0 ? [] : [title('HERE'), ...rows(own)]),
    title('EVERYWHERE'),
    ...rows(general),
    title('FIGURES'),
    ...[
      'REQ/S is the mean of the last 5 seconds; P50, P95, P99 and ERR are of the last 10 seconds.',
      'CPU is in percent of one core; sparklines begin at zero, the newest at their right end.',
    ].map((text) => line([['plain', `   ${text}`]], columns, look)),
  ];
}
