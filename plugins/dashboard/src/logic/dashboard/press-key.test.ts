import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeApp, makeInstance, makeStatus } from '../../testing/make-status.ts';
import { DashboardData } from './dashboard-data.ts';
import { currentScreen, type DashboardUi, initialUi } from './dashboard-ui.ts';
import { settleList } from './move-selection.ts';
import { pressKey } from './press-key.ts';
import type { Effect } from './pressed.ts';
import { listRows } from './list-rows.ts';

/** A user at the keys. */
class Keyboard {
  readonly data = new DashboardData();
  ui: DashboardUi = initialUi({ columns: 100, rows: 24 });
  effects: Effect[] = [];

  constructor(names = ['alpha', 'beta', 'gamma']) {
    this.data.status = makeStatus(names.map((name) => makeApp(name)));
  }

  press(...keys: string[]): this {
    for (const key of keys) {
      const { ui, effect } = pressKey(this.ui, key, this.data);
      this.ui = settleList(ui, this.data);
      if (effect !== undefined) this.effects.push(effect);
    }
    return this;
  }

  get screen() {
    return currentScreen(this.ui);
  }

  get selected(): string | null {
    return 'list' in this.screen ? this.screen.list.selected : null;
  }

  get shown(): string[] {
    if (!('list' in this.screen)) return [];
    return listRows(this.screen, this.data, '1s').rows.map(({ key }) => key);
  }
}

test('rows are chosen, whatever the data does to them', () => {
  const user = new Keyboard().press('down', 'j');
  assert.equal(user.selected, 'gamma');
  user.data.status = makeStatus([makeApp('gamma'), makeApp('zeta'), makeApp('alpha')]);
  user.press('t');
  assert.equal(user.selected, 'gamma');
  assert.deepEqual(user.press('G').selected, 'zeta');
  assert.deepEqual(user.press('home').selected, 'alpha');
  user.data.status = makeStatus([makeApp('gamma'), makeApp('zeta')]);
  user.press('t');
  assert.equal(user.selected, 'gamma');
});

test('a long list follows the chosen row', () => {
  const names = Array.from({ length: 100 }, (_, index) => `app-${String(index).padStart(2, '0')}`);
  const user = new Keyboard(names).press('end');
  assert.equal(user.selected, 'app-99');
  const { screen } = user;
  assert.ok('list' in screen && screen.list.top > 70 && screen.list.top < 99);
  user.press('pageup', 'pageup');
  assert.ok('list' in user.screen && user.screen.list.top < screen.list.top);
});

test('a filter applies while it is typed; Esc takes it back, and later away', () => {
  const user = new Keyboard().press('/', 'e', 't');
  assert.deepEqual(user.shown, ['beta']);
  user.press('esc');
  assert.deepEqual(user.shown, ['alpha', 'beta', 'gamma']);
  user.press('/', 'a', 'm', 'x', 'backspace', 'enter');
  assert.deepEqual(user.shown, ['gamma']);
  // What is typed into the filter is no command.
  assert.deepEqual(user.effects, []);
  user.press('esc');
  assert.deepEqual(user.shown, ['alpha', 'beta', 'gamma']);
});

test('sorting goes through the columns, and turns round', () => {
  const user = new Keyboard();
  user.data.status = makeStatus([
    makeApp('a', { instances: [makeInstance({ cpuPercent: 1 })] }),
    makeApp('b', { instances: [makeInstance({ cpuPercent: 9 })] }),
    makeApp('c', { instances: [] }),
  ]);
  user.press('s', 's');
  assert.deepEqual(user.shown, ['b', 'a', 'c']);
  assert.deepEqual(user.press('S').shown, ['a', 'b', 'c']);
});

test('from an app to its instances, releases, logs and back', () => {
  const user = new Keyboard().press('down', 'enter');
  assert.deepEqual(user.screen.kind === 'app' && [user.screen.app, user.screen.tab], ['beta', 'instances']);
  user.press('enter');
  assert.deepEqual(user.screen.kind === 'logs' && [user.screen.app, user.screen.instance], ['beta', 'web.1']);
  user.press('x');
  assert.deepEqual(user.effects, [{ kind: 'shell', app: 'beta', instance: 'web.1' }]);
  user.press('esc', 'tab');
  assert.ok(user.screen.kind === 'app' && user.screen.tab === 'releases');
  user.press('esc');
  assert.equal(user.screen.kind, 'apps');
  assert.equal(user.selected, 'beta');
});

test('a change is made after a yes, and only then', () => {
  const user = new Keyboard().press('R', 'x', 'q');
  assert.equal(user.ui.confirmation, null);
  assert.deepEqual(user.effects, []);
  user.press('R', 'enter', 'R', 'y');
  assert.deepEqual(user.effects, [
    { kind: 'act', action: { kind: 'restart', app: 'alpha', instance: null } },
  ]);
});

test('scaling asks for a number, and then for a yes', () => {
  const user = new Keyboard().press('enter', 'C', 'backspace', 'x', 'enter');
  assert.equal(user.ui.notice?.tone, 'bad');
  user.press('C', 'ctrl-u', '3', 'enter');
  assert.match(user.ui.confirmation?.question ?? '', /Scale alpha web to 3 instances\?/);
  user.press('y');
  const action = { kind: 'scale', app: 'alpha', process: 'web', instances: 3 };
  assert.deepEqual(user.effects, [{ kind: 'act', action }]);
});

test('a log stays where somebody reads, and follows again at its end', () => {
  const user = new Keyboard().press('l');
  for (let index = 1; index <= 100; index += 1) {
    user.data.log.add({ type: 'gap', from: '1.1', to: '1.1', count: index, reason: 'expired' });
  }
  user.press('up', 'up');
  assert.equal(user.screen.kind === 'logs' && user.screen.bottom, 98);
  user.press('f');
  assert.equal(user.screen.kind === 'logs' && user.screen.bottom, null);
  user.press('p');
  assert.equal(user.screen.kind === 'logs' && user.screen.bottom, 100);
  user.press('G', '/', 'o', 'k', 'enter');
  assert.equal(user.screen.kind === 'logs' && user.screen.filter, 'ok');
});

test('leaving, and what interrupts', () => {
  const user = new Keyboard().press('?', 'q');
  assert.deepEqual(user.effects, []);
  user.press('q', 'ctrl-c');
  assert.deepEqual(user.effects, [
    { kind: 'quit', interrupted: false },
    { kind: 'quit', interrupted: true },
  ]);
});

test('nothing is there yet: no key does harm', () => {
  const user = new Keyboard([]);
  user.data.status = null;
  for (const tab of ['1', '2', '3', '4', '5']) {
    user.press(
      tab,
      'enter',
      'down',
      'G',
      'pageup',
      'l',
      'x',
      'R',
      'n',
      'K',
      'C',
      'esc',
      '/',
      'a',
      'enter',
      'esc',
    );
  }
  assert.ok(user.effects.every(({ kind }) => kind !== 'quit'));
});
