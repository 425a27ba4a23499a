import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { explainContainer, readReaper } from './explain-container.ts';

const of = { image: 'sha256:1', argv: ['web', '--port'] };
const refused = (said: string) => new RigError('docker_refused', `The Docker daemon says: ${said}.`);

it('says why a container was not started, with a code where there is one', () => {
  const cases: [unknown, RegExp][] = [
    [new RigError('image_not_found', 'x'), /^the image sha256:1 is not there any more$/],
    [new RigError('port_taken', 'x'), /^its port was taken/],
    [new RigError('disk_full', 'x'), /^ENOSPC: /],
    [
      refused('exec: "web": executable file not found in $PATH: unknown'),
      /^ENOENT: there is no program "web"/,
    ],
    [refused('exec: "/web": permission denied'), /^EACCES: /],
    [refused('standard_init_linux.go: exec user process caused: exec format error'), /^ENOEXEC: /],
    [
      refused('chdir to cwd ("/app") set in config.json failed: no such file or directory'),
      /^ENOENT: its working folder/,
    ],
    [refused('something else'), /something else/],
    [new Error('odd'), /^odd$/],
  ];
  for (const [error, expected] of cases) assert.match(explainContainer(error, of), expected);
});

it('reads what the reaper says in place of a program', () => {
  const text = '[FATAL tini (7)] exec /no/web failed: No such file or directory\n';
  assert.equal(readReaper(text), 'ENOENT: there is no program "/no/web" in the image');
  assert.match(readReaper(text.replace('No such file or directory', 'Permission denied')) ?? '', /^EACCES: /);
  assert.equal(readReaper('the app itself ended with 127'), null);
});
