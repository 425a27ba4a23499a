import type { ConfigChanged } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

/** Says what a change did, by names. */
export function showChange(
  { app, added, changed, removed, deploy }: ConfigChanged,
  ui: Ui,
  kept: boolean,
): void {
  const parts = [
    ...(added.length > 0 ? [`Added ${added.join(', ')}`] : []),
    ...(changed.length > 0 ? [`changed ${changed.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removed ${removed.join(', ')}`] : []),
  ];
  const what = parts.length === 0 ? `Nothing changes on ${app}` : `${capitalise(parts.join('; '))} on ${app}`;
  if (deploy?.release != null) ui.print(`${what}; v${deploy.release} is live.`);
  else ui.print(`${what}.`);
  if (deploy !== null || parts.length === 0) return;
  ui.note(
    kept
      ? 'The next release gets it; `rig config set` without anything to set makes one now.'
      : 'The first release gets it: `rig deploy`.',
  );
}

const capitalise = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
