import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTree } from '../testing/temporary-folder.ts';
import { scanTree } from './scan-tree.ts';

const paths = (entries: { path: string }[]) => entries.map(({ path }) => path);
const privateKey = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n';
const certificate = '-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n';

test('private keys and files of passwords are left out, each of them said; certificates go along', async (t) => {
  const secrets = {
    '.envrc': 'export TOKEN=1',
    '.env.production.local': 'x',
    '.git-credentials': 'https://me:secret@example.com',
    '.netrc': 'machine',
    'certs/bundle.pem': certificate + certificate + privateKey,
    'certs/server.key': privateKey.replace('RSA ', ''),
    'deploy/id_ed25519': 'x',
    'store.p12': 'x',
  };
  const kept = {
    '.env.production.example': 'x',
    '.env.schema': 'x',
    'certs/ca.pem': certificate,
    'deploy/id_ed25519.pub': 'ssh-ed25519 AAAA',
    'i18n/de.key': 'title=Titel',
    'src/env.ts': '',
    'src/id_rsa.ts': '',
  };
  const { entries, ignored, notes } = await scanTree(makeTree(t, { ...secrets, ...kept }));
  assert.deepEqual(paths(entries), Object.keys(kept));
  assert.deepEqual(paths(ignored).toSorted(), Object.keys(secrets).toSorted());
  assert.deepEqual(notes.map((note) => note.split(' ')[0]).toSorted(), Object.keys(secrets).toSorted());
  for (const note of notes) assert.match(note, /is left out: .* write !\/\S+ into \.rigignore\.$/);
});

test('a line of .rigignore that names a secret takes it along, and that is said', async (t) => {
  const root = makeTree(t, {
    '.gitignore': '.env\n',
    '.rigignore': '!.env\n!/certs/*.pem\n',
    '.env': 'PUBLIC=1',
    'certs/a.pem': privateKey,
    'other/.env.local': 'SECRET=1',
    'other/x': '',
  });
  const { entries, notes } = await scanTree(root);
  assert.deepEqual(
    entries.map((entry) => [entry.path, entry.type === 'file' && entry.secret === true]),
    [
      ['.env', true],
      ['.gitignore', false],
      ['.rigignore', false],
      ['certs/a.pem', true],
      ['other/x', false],
    ],
  );
  assert.deepEqual(notes.toSorted(), [
    '.env goes into the bundle although it looks like a secret: .rigignore:1: !.env',
    'certs/a.pem goes into the bundle although it looks like a secret: .rigignore:2: !/certs/*.pem',
    'other/.env.local is left out: secrets do not belong into a bundle. To deploy it all the same, write !/other/.env.local into .rigignore.',
  ]);
});

test('what takes everything along takes no secret, and nothing brings back what is of git or rig', async (t) => {
  const root = makeTree(t, {
    '.rigignore': '!*\n!dist/**\n!.git\n!.rig\n!node_modules\n',
    '.env': 'SECRET=1',
    'dist/.env': 'SECRET=2',
    '.git/HEAD': 'ref',
    '.rig/state': '',
    'package.json': '{}',
    'node_modules/a.js': '',
  });
  const { entries, ignored } = await scanTree(root);
  assert.deepEqual(paths(entries), ['.rigignore', 'dist', 'node_modules/a.js', 'package.json']);
  assert.deepEqual(ignored, [
    { path: '.env', rule: 'default: .env*' },
    { path: '.git', rule: 'always: .git' },
    { path: '.rig', rule: 'always: .rig' },
    { path: 'dist/.env', rule: 'default: .env*' },
  ]);
});

test("rig's own state is left out where it lies inside of the source", async (t) => {
  const root = makeTree(t, { a: '', 'state/token': 'secret', 'sub/state/x': '' });
  const { entries, ignored } = await scanTree(root, { exclude: [`${root}/state`] });
  assert.deepEqual(paths(entries), ['a', 'sub/state/x']);
  assert.deepEqual(ignored, [{ path: 'state', rule: 'always: state of rig' }]);
});
