import { formatRelativeTime } from '@rig-ops/kit/text';
import { contentRows } from '../../logic/dashboard/screen-layout.ts';
import type { Screen } from '../../logic/dashboard/screens.ts';
import { fit, line, type Piece, type Tone } from './look.ts';
import { emptyText } from './empty-text.ts';
import type { Scene } from './scene.ts';
import type { Painted } from './table.ts';

/** What one release is. */
export function paintRelease(scene: Scene, screen: Extract<Screen, { kind: 'release' }>): Painted {
  const { ui, data, look, now } = scene;
  const { columns: width } = ui.size;
  const release = data.releases.items.find(({ version }) => version === screen.version);
  if (release === undefined) {
    const said = emptyText(data.releases, `There is no release v${screen.version} any more.`);
    return { lines: [line([['dim', ` ${said}`]], width, look)], hits: new Map() };
  }
  const none = look.sign('–');
  const facts: [string, string, Tone?][] = [
    [
      'status',
      release.status,
      release.status === 'failed' ? 'bad' : release.status === 'live' ? 'good' : 'plain',
    ],
    ...(release.failure === null ? [] : [['failure', release.failure, 'bad'] as [string, string, Tone]]),
    ['message', release.message ?? none],
    [
      'created',
      `${release.createdAt} (${formatRelativeTime(release.createdAt, new Date(now))}) by ${release.createdBy}`,
    ],
    ['tags', release.tags.join(' ') || none],
    [
      'from',
      release.rollbackOf === null
        ? `source, as ${release.detector}`
        : `v${release.rollbackOf}${release.rollbackOnly === null ? '' : ` (${release.rollbackOnly})`}`,
    ],
    ['source', release.source === null ? none : JSON.stringify(release.source)],
    ['build', release.buildId],
    ['bundle', release.bundleId],
    ['config', release.configId ?? none],
    ...release.processes.map(({ name, command, instances }): [string, string] => [
      `process ${name}`,
      `${instances} of ${command.join(' ')}`,
    ]),
    ['rollout', release.rollout === null ? none : JSON.stringify(release.rollout)],
  ];
  const lines = facts.map(([label, text, tone = 'plain']) =>
    line(
      [
        ['dim', ` ${fit(label, 16)} `],
        [tone, text],
      ] satisfies Piece[],
      width,
      look,
    ),
  );
  const height = contentRows(ui, screen, data);
  const top = Math.min(screen.top, Math.max(0, lines.length - height));
  return {
    lines: [
      line([['strong', ` ${screen.app} v${release.version}`]], width, look),
      ...lines.slice(top, top + height),
    ],
    hits: new Map(),
  };
}
