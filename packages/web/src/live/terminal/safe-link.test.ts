import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeLink } from './safe-link.ts';
import { titleText } from './title-text.ts';

test('a terminal leads to web addresses alone', () => {
  assert.equal(safeLink('https://example.com/a?b')?.href, 'https://example.com/a?b');
  for (const target of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'vscode://x', 'no'])
    assert.equal(safeLink(target), null, target);
});

test('a title is one short line', () => {
  assert.equal(titleText('a\u001B]0;b\n  c\u202Ed'), 'a␛]0;b␊ c\uFFFDd');
  assert.equal(titleText('x'.repeat(500)).length, 120);
});
