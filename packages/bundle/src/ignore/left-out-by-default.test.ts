import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTree } from '../testing/temporary-folder.ts';
import { scanTree } from '../scan/scan-tree.ts';

test('what Python makes on one machine does not go to another, unless .rigignore brings it back', async (t) => {
  const tree = {
    'app.py': '',
    '.venv/bin/python3': { link: '/usr/bin/python3' },
    'lib/__pycache__/a.pyc': '',
    'venv/kept': '',
  };
  const scan = await scanTree(makeTree(t, tree));
  assert.deepEqual(
    scan.entries.map(({ path }) => path),
    ['app.py', 'lib', 'venv/kept'],
  );
  assert.deepEqual(scan.notes, ['.venv is left out: the build installs the dependencies itself.']);
  const back = await scanTree(
    makeTree(t, { 'app.py': '', '__pycache__/a.pyc': '', '.rigignore': '!__pycache__\n' }),
  );
  assert.ok(back.entries.some(({ path }) => path === '__pycache__/a.pyc'));
});
