import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripStyles, textWidth } from '@rig-ops/kit/text';
import { DashboardData } from '../../logic/dashboard/dashboard-data.ts';
import { type DashboardUi, initialUi } from '../../logic/dashboard/dashboard-ui.ts';
import { settleList } from '../../logic/dashboard/move-selection.ts';
import { pressKey } from '../../logic/dashboard/press-key.ts';
import { makeApp, makeInstance, makeMetrics, makeStatus, NOW } from '../../testing/make-status.ts';
import { makeLook } from './look.ts';
import { paintScreen } from './paint-screen.ts';

const hostile = 'évil\u001B[2J\u0007\u202Ename\t\u001B]0;title\u0007';
const utf8 = { LANG: 'C.UTF-8' };
const escape = '\u001B';

/** Nothing that moves a cursor or turns text round. */
function isHarmless(text: string): boolean {
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x20 && !(code >= 0x7f && code <= 0x9f) && !(code >= 0x202a && code <= 0x202e);
  });
}

function makeData(): DashboardData {
  const data = new DashboardData();
  const names = ['shop', 'blog', hostile, 'a-name-that-is-much-longer-than-any-column', '日本語'];
  data.status = makeStatus(
    [
      ...names.map((name) => makeApp(name)),
      makeApp('broken', {
        status: 'degraded',
        instances: [makeInstance({ state: 'crashed', health: 'unhealthy', exitCode: 3, restarts: 7 })],
      }),
    ],
    {
      healthy: false,
      problems: [{ code: 'app_degraded', app: 'broken', message: hostile, fix: `rig logs app ${hostile}` }],
    },
  );
  data.statusAt = NOW;
  data.histories['1s'].merge(makeMetrics(-2, 3, { shop: { requests: [1, 5, 9], cpu: [1, 2, null] } }));
  data.addEvents([
    {
      id: 1,
      at: new Date(NOW).toISOString(),
      app: 'shop',
      network: 'default',
      kind: hostile,
      user: null,
      message: hostile,
      details: {},
    },
  ]);
  data.log.add({
    type: 'line',
    cursor: '1.1',
    at: new Date(NOW).toISOString(),
    app: 'shop',
    source: 'app',
    process: 'web',
    instance: hostile,
    release: 1,
    stream: 'stderr',
    message: `${hostile} ${'long '.repeat(100)}`,
  });
  return data;
}

function paint(
  data: DashboardData,
  keys: string[],
  size: DashboardUi['size'],
  env: Record<string, string> = utf8,
  context = hostile,
) {
  let ui = initialUi(size);
  for (const key of keys) ui = settleList(pressKey(ui, key, data).ui, data);
  const scene = { ui, data, look: makeLook(env), now: NOW, context, freshMs: 5_000 };
  return paintScreen(scene);
}

const ways = [
  [],
  ['2'],
  ['3'],
  ['4'],
  ['5'],
  ['enter'],
  ['enter', 'tab'],
  ['l'],
  ['l', 'w'],
  ['l', 'right'],
  ['?'],
  ['/', 'x'],
  ['R'],
  ['enter', 'C'],
  ['p'],
];
const sizes = [
  { columns: 10, rows: 4 },
  { columns: 50, rows: 12 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 201, rows: 61 },
];

test('every picture fills its screen exactly, and nothing of strangers reaches the terminal as a command', () => {
  for (const data of [makeData(), new DashboardData()]) {
    for (const keys of ways) {
      for (const size of sizes) {
        const where = `${keys.join(' ')} at ${size.columns}x${size.rows}`;
        const { lines } = paint(data, keys, size);
        assert.equal(lines.length, size.rows, where);
        for (const line of lines) {
          assert.equal(textWidth(line), size.columns, `${where}: ${JSON.stringify(line)}`);
          assert.ok(isHarmless(stripStyles(line)), where);
        }
      }
    }
  }
});

test('without colours there are none, and without UTF-8 all is ASCII', () => {
  const size = { columns: 120, rows: 30 };
  const plain = paint(makeData(), [], size, { ...utf8, NO_COLOR: '1' }).lines.join('\n');
  assert.doesNotMatch(plain, new RegExp(`${escape}\\[3\\dm`));
  const data = new DashboardData();
  data.status = makeStatus([makeApp('shop')]);
  data.statusAt = NOW;
  for (const keys of ways) {
    const text = stripStyles(paint(data, keys, size, { LANG: 'C' }, 'here').lines.join(''));
    const strange = Array.from(text).filter((character) => character > '~' && character !== '\u241B');
    assert.deepEqual(strange, [], keys.join(' '));
  }
});

test('a row is where a click finds it', () => {
  const data = makeData();
  const { lines, hits } = paint(data, [], { columns: 120, rows: 30 });
  const [at] = [...hits].find(([, key]) => key === 'broken') ?? [];
  assert.match(stripStyles(lines[at ?? 0] ?? ''), /^ broken/);
});

test('figures that are old say so', () => {
  const data = makeData();
  data.statusAt = NOW - 90_000;
  const { lines } = paint(data, [], { columns: 120, rows: 30 });
  assert.match(stripStyles(lines[0] ?? ''), /as of 1m ago, trying again/);
});
