import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fitLabel, fitName, onceName, workloadName } from './object-names.ts';

const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

it('what is a name already is left as it is', () => {
  assert.equal(workloadName('shop', 'web', 3), 'shop-web-v3');
  assert.equal(fitName('shop'), 'shop');
  assert.equal(fitLabel('app_01J.x-Y'), 'app_01J.x-Y');
  assert.equal(fitLabel(''), '');
});

it('the longest names leave room for the ending of a pod, and stay apart', () => {
  const app = `a${'b'.repeat(39)}`;
  const process = `w${'x'.repeat(39)}`;
  const names = [
    workloadName(app, process, 1),
    workloadName(app, process, 12),
    workloadName(app, `${process}y`, 1),
  ];
  for (const name of names) {
    assert.ok(name.length + '-1234567890-12345'.length <= 63, name);
    assert.match(name, LABEL);
  }
  assert.equal(new Set(names).size, 3);
  assert.ok(onceName(app, process, 'ins_1').length <= 46);
});

it('what is no name becomes one, another one for each', () => {
  for (const text of ['9lives', 'Ünï', 'a_b', 'a--', '', 'x'.repeat(64)]) {
    const name = fitName(text);
    assert.match(name, LABEL, `${text} became ${name}`);
    assert.ok(name.length <= 63);
  }
  assert.notEqual(fitName('a_b'), fitName('a.b'));
  assert.notEqual(fitLabel('-a'), fitLabel('a-'));
});
