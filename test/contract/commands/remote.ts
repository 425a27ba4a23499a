import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Session } from '@rig-ops/contract/resources';
import { collect, describe, until, type User } from '../../support/rig.ts';
import type { Scenarios } from './scenario.ts';

/** Has another user ask for commands in `shop`, which need an approval meanwhile. */
async function askForApproval(user: User, ...commands: string[][]): Promise<void> {
  await user.json(['access', 'policy', 'set', 'app/shop', '--approval', 'required']);
  await user.json(['users', 'create', 'asker', '--service']);
  await user.json(['access', 'grant', 'asker', 'operator', 'platform']);
  const { token } = await user.json<{ token: string }>(['tokens', 'create', 'asking', '--user', 'asker']);
  const { url } = await user.json<{ url: string }>(['platform', 'status']);
  for (const command of commands) {
    const { code } = await user.run(['command', 'shop', '--', ...command], {
      env: { RIG_URL: url, RIG_TOKEN: token },
    });
    assert.equal(code, 5);
  }
  await user.json(['users', 'disable', 'asker']);
  await user.json(['access', 'policy', 'clear', 'app/shop']);
}

const waiting = async (user: User): Promise<string[]> => {
  const { approvals } = await user.json<{ approvals: { id: string }[] }>(['sessions', 'approvals']);
  return approvals.map(({ id }) => id);
};

/** A shell that goes on without anybody. */
async function leaveShell(user: User): Promise<string> {
  const { session } = await user.json<{ session: string }>(['shell', 'shop', '--detach']);
  return session;
}

/** Id of a session that was recorded. */
async function recorded(user: User): Promise<string> {
  const program = ['--', 'sh', '-c', 'echo out; echo err >&2'];
  const { stdout } = await user.run(['command', 'shop', '--record', '-o', 'json', ...program]);
  return (JSON.parse(stdout) as { session: string }).session;
}

export const remoteScenarios: Scenarios = {
  'agent status': [['agent', 'status']],
  'agent stop': [['agent', 'stop']],
  command: async (user) => [
    await user.run(['command', 'shop', '-o', 'json', '--', 'node', '-e', 'console.log(1); console.error(2)']),
    await user.run(['command', 'shop', '-o', 'json', '--no-stdin', '--all', '--', 'true']),
    await user.run(['command', 'shop', '-o', 'json', '--batch'], {
      stdin: '{"id": 1, "argv": ["true"]}\nnone\n',
    }),
  ],
  cp: [
    ['cp', 'shop:server.js', 'fetched.js'],
    ['cp', '-r', 'shop', 'shop:copied'],
  ],
  forward: async (user) => {
    const child = user.spawn(['forward', 'shop', '0:web', '-o', 'json']);
    // A forward ends when it is told to, in order.
    child.stdout?.once('data', () => child.kill('SIGINT'));
    return [{ ...(await collect(child)), code: 0 }];
  },
  'sessions approvals': async (user) => {
    await askForApproval(user, ['true'], ['false']);
    return [await user.run(['sessions', 'approvals', '-o', 'json'])];
  },
  'sessions approve': async (user) => {
    const [first = '', second = ''] = await waiting(user);
    return [
      await user.run(['sessions', 'approve', first, '-o', 'json']),
      await user.run(['sessions', 'approve', second, '--deny', '--reason', 'not now', '-o', 'json']),
    ];
  },
  shell: [['shell', 'shop', '--detach']],
  reset: [['reset']],
  'sessions list': [
    ['sessions', 'list'],
    ['sessions', 'list', '--all', '--app', 'shop', '-n', '5'],
  ],
  'sessions info': async (user) => [
    await user.run(['sessions', 'info', await leaveShell(user), '-o', 'json']),
  ],
  // Only one without a terminal has a document.
  'sessions attach': async (user) => {
    const first = user.spawn(['command', 'shop', '--', 'sh', '-c', 'echo there; exec sleep 1000']);
    const id = await until('the command to run', async () => {
      const { sessions } = await user.json<{ sessions: Session[] }>(['sessions', 'list', '--app', 'shop']);
      return sessions.find(({ kind }) => kind === 'command')?.id;
    });
    const watching = user.run(['sessions', 'attach', id, '--watch', '-o', 'json']);
    await until('somebody to watch', async () => {
      const { clients } = await user.json<Session>(['sessions', 'info', id]);
      return clients.length === 2;
    });
    first.kill('SIGTERM');
    const watched = await watching;
    assert.equal(watched.code, 143, describe(['sessions', 'attach'], watched));
    return [watched];
  },
  'sessions kill': async (user) => {
    const killed = await user.run(['sessions', 'kill', await leaveShell(user), '--yes', '-o', 'json']);
    assert.equal(killed.code, 0, describe(['sessions', 'kill'], killed));
    return [killed];
  },
  'sessions export': async (user) => {
    const session = await recorded(user);
    const file = join(user.sources, 'session.cast');
    return [await user.run(['sessions', 'export', session, '--file', file, '--force', '-o', 'json'])];
  },
  'sessions replay': async (user) => [
    await user.run(['sessions', 'replay', await recorded(user), '-o', 'json']),
  ],
  'sessions recording show': [['sessions', 'recording', 'show']],
  'sessions recording set': [
    ['sessions', 'recording', 'set', '--age', '90d', '--total', '20GiB', '--space', '0.5MiB', '--input'],
    ['sessions', 'recording', 'set', '--age', 'default', '--no-input'],
  ],
};
