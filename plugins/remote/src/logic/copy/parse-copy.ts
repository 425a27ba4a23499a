import { RigError } from '@rig-ops/contract/errors';

/** A place in an app: `APP:path`, `APP/web.1:path`, or `:path` in the app of rig.toml. */
interface AppPath {
  app: string | undefined;
  instance: string | undefined;
  path: string;
}

/** What is copied, and where to: one side is in an app. */
export type WantedCopy =
  | { direction: 'in'; local: string; remote: AppPath }
  | { direction: 'out'; remote: AppPath; local: string };

/** Stands for stdin as a source and for stdout as a destination. */
export const STANDARD = '-';

/** A local path with a colon begins with `./` or `/`, as with scp(1). */
const APP_PATH = /^([a-z][a-z0-9-]{0,39})?(?:\/([a-z][a-z0-9-]{0,39}\.[1-9]\d{0,5}))?:(.*)$/s;

/** @throws RigError usage */
export function parseCopy(source: string, destination: string): WantedCopy {
  const [from, to] = [parseAppPath(source), parseAppPath(destination)];
  if (from !== null && to === null) return { direction: 'out', remote: from, local: checkLocal(destination) };
  if (to !== null && from === null) return { direction: 'in', local: checkLocal(source), remote: to };
  const what = from === null ? 'Neither side is in an app' : 'Both sides are in apps';
  throw new RigError('usage', `${what}: one of them is written APP:path.`, {
    hint: 'As in: rig cp shop:report.pdf . (a local name with a colon begins with ./)',
  });
}

function parseAppPath(text: string): AppPath | null {
  const [, app, instance, path] = APP_PATH.exec(text) ?? [];
  // The folder of the app itself.
  return path === undefined ? null : { app, instance, path: path === '' ? '.' : path };
}

function checkLocal(path: string): string {
  if (path === '') throw new RigError('usage', 'A path is empty.');
  return path;
}
