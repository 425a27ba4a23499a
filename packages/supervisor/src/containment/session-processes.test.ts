import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, it } from 'node:test';
import { createInterface } from 'node:readline';
import { listProcesses } from '../proc/process-table.ts';
import { until } from '../testing/until.ts';
import { endRest } from './end-rest.ts';
import { ProcessFamilies } from './process-families.ts';
import { SessionProcesses } from './session-processes.ts';

const children: ChildProcess[] = [];
after(() => {
  for (const { pid } of children) {
    try {
      process.kill(-(pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  }
});

/** What a session starts in every way, where no namespace and no cgroup holds it. */
const SCRIPT = `
  (setsid sleep 1000 >/dev/null 2>&1 &)
  nohup sleep 1000 >/dev/null 2>&1 &
  sh -c 'trap "" HUP TERM INT; while :; do sleep 0.2; done' >/dev/null 2>&1 &
  (sh -c '(sh -c "exec sleep 1000" >/dev/null 2>&1 &)' &)
  env -i sleep 1000 >/dev/null 2>&1 &
  sleep 0.3; echo ready; read x`;

async function start(mark: string) {
  const child = spawn('sh', ['-c', SCRIPT], {
    env: { PATH: process.env['PATH'], RIG_SESSION: mark },
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  children.push(child);
  await once(createInterface({ input: child.stdout }), 'line');
  const families = new ProcessFamilies();
  const held = new SessionProcesses({ kind: 'processes', mark, cgroup: null, families });
  held.begun(child.pid ?? 0);
  const members = () => families.members({ mark, group: child.pid ?? 0, pids: [] });
  return { child, held, members };
}

const alive = async (pids: readonly number[]) =>
  (await listProcesses()).filter(({ pid }) => pids.includes(pid)).length;

it('finds and ends what a session has started, wherever it went', async () => {
  const { held, members } = await start('ses_kill');
  const found = (await members()).map(({ pid }) => pid);
  assert.ok(found.length >= 6, `${found.length} were found`);
  assert.equal(await held.isEmpty(), false);
  await held.kill();
  assert.equal(await held.isEmpty(), true);
  await until('the end of all', async () => (await alive(found)) === 0);
});

it('ends what a program has left behind, the stubborn by force', async () => {
  const { child, held, members } = await start('ses_rest');
  const found = (await members()).map(({ pid }) => pid);
  const over = once(child, 'exit');
  child.stdin?.end('\n');
  await over;
  await endRest(held, 100);
  await until('the end of all', async () => (await alive(found)) === 0);
});

it('touches nothing of another session', async () => {
  const one = await start('ses_1');
  const other = await start('ses_11');
  const before = (await other.members()).length;
  await one.held.kill();
  assert.equal((await other.members()).length, before);
  await other.held.kill();
});
