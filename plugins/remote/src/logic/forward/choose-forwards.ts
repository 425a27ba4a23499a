import { looksLikeForward, parseForward, type WantedForward } from './parse-forward.ts';

/** Without anything named: the PORT of whatever instance comes first, `web` before others. */
const DEFAULT_REMOTE: WantedForward = { text: '', address: null, local: 0, remote: null };

/**
 * Parts the name of the app from what is to be reached: a first argument that cannot be a forward is the app.
 * @throws RigError usage
 */
export function chooseForwards(
  argv: readonly string[],
  app: string | undefined,
): { app: string | undefined; forwards: WantedForward[] } {
  const [first, ...rest] = argv;
  const named = app === undefined && first !== undefined && !looksLikeForward(first);
  const forwards = (named ? rest : argv).map(parseForward);
  return {
    app: named ? first : app,
    forwards: forwards.length === 0 ? [DEFAULT_REMOTE] : forwards,
  };
}
