import { completionFolder } from './index-stamp.ts';

const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

/** A refresh that was begun is not begun again for so long; it gives up by itself sooner. */
const PATIENCE_MS = 3000;

/**
 * Starts `rig autocomplete refresh` in the background, unless one was started a moment ago. Nobody waits
 * for it, and it says nothing; what it finds is there at the next press of Tab.
 */
export function refreshLater(
  rig: string,
  rigHome: string,
  {
    key,
    app,
    context,
    now,
  }: { key: string; app: string | undefined; context: string | undefined; now: number },
): void {
  const folder = completionFolder(rigHome);
  const subject = app === undefined ? key : `${key}.${app.replaceAll(/[^\w.-]/g, '_').slice(0, 50)}`;
  const claim = path.join(folder, `${subject}.refreshing`);
  const begun = fs.statSync(claim, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (now - begun < PATIENCE_MS) return;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.writeFileSync(claim, '');
  const words = [
    'autocomplete',
    'refresh',
    ...(app === undefined ? [] : [`--for-app=${app}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
  ];
  const { spawn } = process.getBuiltinModule('node:child_process');
  // Not in the way of a folder that somebody wants to unmount or remove.
  const child = spawn(process.execPath, [rig, ...words], {
    cwd: rigHome,
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => undefined);
  child.unref();
}
