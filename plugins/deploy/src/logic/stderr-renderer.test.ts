import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

/** Runs phases on a stderr that says it is a terminal, until SIGINT; tells who listened to that. */
const program = `
  const { runPhases } = await import(${JSON.stringify(new URL('./phases.ts', import.meta.url).href)});
  process.stderr.isTTY = true;
  const hold = setInterval(() => undefined, 1000);
  process.on('SIGINT', () => {
    process.stdout.write(String(process.listenerCount('SIGINT')));
    process.exit(0);
  });
  const run = async ({ progress, line }) => {
    line('a \\u001B[32mline\\u0007');
    progress('half');
    await new Promise(() => undefined);
  };
  await runPhases([{ title: 'Building', run }], { machine: false }, true);
`;

test('draws on stderr alone, and leaves signals to the command', async (t) => {
  const child = spawn(process.execPath, ['--conditions=rig-source', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  t.after(() => child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => {
    said.stderr += String(chunk);
    if (said.stderr.includes('half')) child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  assert.deepEqual([code, said.stdout], [0, '1'], said.stderr);
  assert.match(said.stderr, /Building: half/);
  assert.match(said.stderr, /a line\u2407/);
});
