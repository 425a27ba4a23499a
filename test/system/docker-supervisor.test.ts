import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { ChannelStream } from '@rig-ops/contract/channels';
import type { InstanceReport, InstanceSpec } from '@rig-ops/contract/supervisor';
import type { ContainerSpec } from '@rig-ops/contract/supervisor-containers';
import type { Channel } from '@rig-ops/wire';
import { TestSupervisor } from '../../packages/supervisor/src/testing/test-supervisor.ts';
import { until } from '../../packages/supervisor/src/testing/until.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';

const started = await DockerDaemon.start();
const skip = started === null && 'dockerd cannot be started here';
const PATIENCE_MS = 60_000;

async function outputOf(channel: Channel): Promise<{ stdout: string; stderr: string; exit: unknown }> {
  await channel.accepted;
  channel.end(ChannelStream.stdin);
  const read = async (stream: number) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of channel.read(stream)) chunks.push(Uint8Array.from(chunk));
    return Buffer.concat(chunks).toString();
  };
  const [stdout, stderr] = await Promise.all([read(ChannelStream.stdout), read(ChannelStream.stderr)]);
  return { stdout, stderr, exit: await channel.exited };
}

describe('a supervisor with a Docker daemon', { skip }, () => {
  const supervisor = new TestSupervisor();
  let daemon: DockerDaemon;
  let image: string;

  before(async () => {
    assert.ok(started);
    daemon = started;
    const tools = {
      cat: '/bin/cat',
      sleep: '/bin/sleep',
      id: '/usr/bin/id',
      setsid: '/usr/bin/setsid',
      stty: '/bin/stty',
    };
    image = daemon.imageOf({ node: process.execPath, sh: '/bin/sh', ...tools }, ['WORKDIR /app'], {
      'etc/passwd': 'root:x:0:0::/:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n',
      'etc/group': 'root:x:0:\napp:x:1000:\n',
    });
    await supervisor.start({ docker: { host: daemon.host, certificates: null } });
  });
  after(async () => {
    await supervisor.close();
    await daemon?.close();
  });

  const container = (change: Partial<ContainerSpec> = {}): ContainerSpec => ({
    image,
    network: null,
    ports: [],
    limits: { memoryBytes: null, cpus: null, processes: 200 },
    readOnly: false,
    user: null,
    ...change,
  });

  async function run(
    id: string,
    argv: string[],
    change: Partial<ContainerSpec> = {},
    more: Partial<InstanceSpec> = {},
  ): Promise<InstanceReport> {
    return await supervisor.run(id, argv, { cwd: '', env: {}, container: container(change), ...more });
  }

  const forget = (id: string) => supervisor.ask('DELETE', `/v1/instances/${id}`);
  const ended = (id: string) => supervisor.ended(id, PATIENCE_MS);

  const inside = async (instance: string, argv: string[], change = {}) =>
    await outputOf(await supervisor.begin(argv, { instance, cwd: '', env: {}, ...change }));

  it('keeps each line of an app once, over the deaths of supervisors', async () => {
    const lines = 4_000;
    const script = `let i = 0; const go = () => { for (let k = 0; k < 20 && i < ${lines}; k += 1) console.log('line ' + i++); if (i < ${lines}) setTimeout(go, 15); }; go();`;
    await run('ins_log', ['node', '-e', script], {}, { appId: 'app_log' });
    for (const at of [500, 1_500, 2_500]) {
      await until(
        `line ${at}`,
        async () => {
          const seen = await supervisor.log('apps/app_log').catch(() => []);
          return seen.filter(({ text }) => text.startsWith('line ')).length > at ? true : null;
        },
        PATIENCE_MS,
      );
      await supervisor.kill();
      await supervisor.start({ docker: { host: daemon.host, certificates: null } });
    }
    assert.equal((await ended('ins_log')).exitCode, 0);
    await until(
      'the end in the log',
      async () => {
        const [last] = (await supervisor.log('apps/app_log')).slice(-1);
        return last?.source.kind === 'platform' ? true : null;
      },
      PATIENCE_MS,
    );
    const texts = (await supervisor.log('apps/app_log'))
      .map(({ text }) => text)
      .filter((text) => text.startsWith('line '));
    assert.deepEqual(
      texts,
      Array.from({ length: lines }, (_, index) => `line ${index}`),
    );
    await forget('ins_log');
  });

  it('keeps what an app has printed when the daemon is started anew, and tells how it ended', async () => {
    await run(
      'ins_down',
      ['sh', '-c', 'echo before; echo oh >&2; exec sleep 600'],
      {},
      { appId: 'app_down' },
    );
    await daemon.end('SIGKILL');
    await assert.rejects(run('ins_later', ['sleep', '600']), /docker_unreachable/);
    assert.equal(
      (await supervisor.state()).instances.find(({ spec }) => spec.id === 'ins_down')?.state,
      'running',
    );
    assert.ok(await daemon.run());
    const report = await ended('ins_down');
    assert.notEqual(report.exitCode, 0);
    await until(
      'the end in the log',
      async () => {
        const [last] = (await supervisor.log('apps/app_down')).slice(-1);
        return last?.source.kind === 'platform' ? true : null;
      },
      PATIENCE_MS,
    );
    const seen = (await supervisor.log('apps/app_down')).filter(({ source }) => source.kind === 'app');
    assert.deepEqual(
      seen.map(({ text }) => text).toSorted((a, b) => a.localeCompare(b)),
      ['before', 'oh'],
    );
    await forget('ins_down');
  });

  it('says in its own words why a container was not started', async () => {
    const missing = await run('ins_a', ['sh'], { image: 'no/such:image' });
    assert.match(missing.startError ?? '', /image no\/such:image is not there/);
    await run('ins_b', ['no-such-program']);
    assert.match((await ended('ins_b')).startError ?? '', /^ENOENT: .*"no-such-program"/);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const network = { name: 'default', aliases: [] };
    const taken = await run('ins_c', ['sh'], { network, ports: [{ inside: 80, outside: port }] });
    assert.match(taken.startError ?? '', /port was taken/);
    server.close();
    for (const id of ['ins_a', 'ins_b', 'ins_c']) await forget(id);
  });

  it('tells that an app took more memory than it may', async () => {
    const grow = 'const all = []; setInterval(() => all.push(Buffer.alloc(16 * 2 ** 20, 1)), 5)';
    await run('ins_oom', ['node', '-e', grow], {
      limits: { memoryBytes: 100 * 2 ** 20, cpus: 1, processes: 50 },
    });
    const report = await ended('ins_oom');
    assert.deepEqual([report.outOfMemory, report.signal], [true, 'SIGKILL']);
    await forget('ins_oom');
  });

  it('gives an app no rights that it does not need', async () => {
    await run('ins_bare', ['sleep', '600'], { readOnly: true });
    const { stdout } = await inside('ins_bare', [
      'sh',
      '-c',
      'cat /proc/self/status; echo x 2>/dev/null > /app/file || echo read-only; echo x > /tmp/file && echo tmp',
    ]);
    for (const expected of [
      /^CapEff:\s+0+$/m,
      /^CapBnd:\s+0+$/m,
      /^NoNewPrivs:\s+1$/m,
      /^read-only$/m,
      /^tmp$/m,
    ])
      assert.match(stdout, expected);
    await forget('ins_bare');
  });

  it('runs commands beside an app: bytes, codes, signals, users', async () => {
    await run('ins_cmd', ['sleep', '600']);
    const both = await inside('ins_cmd', ['sh', '-c', 'echo out; echo err >&2; exit 42'], {
      env: { A: 'b' },
    });
    assert.deepEqual(
      [both.stdout, both.stderr, (both.exit as { exitCode: number }).exitCode],
      ['out\n', 'err\n', 42],
    );
    assert.match((await inside('ins_cmd', ['id', '-un'], { runAs: 'app' })).stdout, /^app$/m);
    const channel = await supervisor.begin(['sh', '-c', 'echo ready; cat'], {
      instance: 'ins_cmd',
      cwd: '/',
      env: {},
    });
    await channel.accepted;
    channel.control({ type: 'signal', signal: 'SIGINT' });
    const { exit } = await outputOf(channel);
    assert.equal((exit as { exitCode: number }).exitCode, 130);
    const late = await supervisor.begin(['no-such'], { instance: 'ins_cmd', cwd: '', env: {} });
    await assert.rejects(late.accepted, { code: 'remote_not_started' });
    await forget('ins_cmd');
  });

  it('ends what a command has started, also what has left its group', async () => {
    await run('ins_kin', ['sleep', '600']);
    await inside('ins_kin', ['sh', '-c', 'setsid sleep 1234 >/dev/null 2>&1 </dev/null & exit 0']);
    await until(
      'nothing to be left',
      () => {
        const shown = daemon.docker(
          'top',
          daemon.docker('ps', '-q', '--filter', 'label=rig.instance=ins_kin').trim(),
        );
        return shown.includes('1234') ? null : true;
      },
      PATIENCE_MS,
    );
    await forget('ins_kin');
  });

  it('gives a shell a terminal of the right size', async () => {
    await run('ins_tty', ['sleep', '600']);
    const terminal = { term: 'xterm', columns: 91, rows: 31 };
    const { stdout, exit } = await inside(
      'ins_tty',
      ['sh', '-c', 'sleep 0.5; stty size; echo $TERM; exit 5'],
      {
        terminal,
      },
    );
    assert.deepEqual([stdout, (exit as { exitCode: number }).exitCode], ['31 91\r\nxterm\r\n', 5]);
    await forget('ins_tty');
  });

  it('connects to what listens inside alone, and apps of a network by their names', async () => {
    const serve = `require('http').createServer((q, s) => s.end('hello')).listen(7000, '127.0.0.1'); require('http').createServer((q, s) => s.end('named')).listen(8080)`;
    const network = { name: 'team', aliases: ['shop'] };
    await run('ins_net', ['node', '-e', serve], { network });
    const connection = await supervisor.connect();
    const text = await until(
      'the app to listen',
      async () => {
        const targets = [{ instance: 'ins_net', port: 7000, own: false }];
        const channel = connection.open('forward', { targets, check: false });
        if (
          !(await channel.accepted.then(
            () => true,
            () => false,
          ))
        )
          return null;
        await channel.write(ChannelStream.stdin, Buffer.from('GET / HTTP/1.0\r\n\r\n'));
        channel.end(ChannelStream.stdin);
        let said = '';
        for await (const chunk of channel.read(ChannelStream.stdout)) said += Buffer.from(chunk).toString();
        return said;
      },
      PATIENCE_MS,
    );
    assert.match(text, /hello$/);
    const ask = `fetch('http://shop:8080').then(r => r.text()).then(console.log)`;
    const own = container({ network: { name: 'team', aliases: [] } });
    const shell = await supervisor.begin(['node', '-e', ask], { cwd: '', env: {}, container: own });
    assert.equal((await outputOf(shell)).stdout, 'named\n');
    await forget('ins_net');
    await supervisor.ask('DELETE', '/v1/networks/team');
    assert.doesNotMatch(daemon.docker('network', 'ls'), /network-team/);
  });

  it('measures what runs', async () => {
    await run('ins_use', [
      'node',
      '-e',
      'const b = Buffer.alloc(64 * 2 ** 20, 1); setInterval(() => b.fill(2), 20)',
    ]);
    const usage = await until(
      'usage',
      async () => {
        const all = await supervisor.ask<{ instance: string; cpuPercent: number; memoryBytes: number }[]>(
          'GET',
          '/v1/usage',
        );
        const found = all.find(({ instance }) => instance === 'ins_use');
        return found !== undefined && found.cpuPercent > 0 && found.memoryBytes > 64 * 2 ** 20 ? found : null;
      },
      PATIENCE_MS,
    );
    assert.equal(usage.instance, 'ins_use');
    await forget('ins_use');
  });

  it('removes what was left behind, and nothing of others', async () => {
    const foreign = daemon.docker('run', '-d', '--network', 'none', image, 'sleep', '600').trim();
    await run('ins_keep', ['sleep', '600']);
    const channel = await supervisor.begin(['sleep', '600'], { cwd: '', env: {}, container: container() });
    await channel.accepted;
    assert.equal(
      daemon.docker('ps', '-q', '--filter', 'label=rig.session').split('\n').filter(Boolean).length,
      1,
    );
    // Somebody looks into the image of an app, which has made a container: labels are handed on.
    const [kept = ''] = daemon.docker('ps', '-q', '--filter', 'label=rig.instance=ins_keep').split('\n');
    const copied = daemon.docker('commit', kept).trim();
    const byHand = daemon.docker('run', '-d', '--network', 'none', copied, 'sleep', '600').trim();
    assert.equal(
      daemon.docker('inspect', '--format', '{{index .Config.Labels "rig.by"}}', byHand).trim(),
      'supervisor',
    );
    await supervisor.kill();
    await supervisor.start({ docker: { host: daemon.host, certificates: null } });
    await until(
      'the container of the session to go',
      () => (daemon.docker('ps', '-aq', '--filter', 'label=rig.session').trim() === '' ? true : null),
      PATIENCE_MS,
    );
    assert.equal(
      (await supervisor.state()).instances.find(({ spec }) => spec.id === 'ins_keep')?.state,
      'running',
    );
    assert.match(daemon.docker('ps', '-aq', '--no-trunc'), new RegExp(byHand));
    daemon.docker('rm', '-f', byHand);
    await supervisor.stop();
    assert.equal(daemon.docker('ps', '-aq', '--filter', 'label=rig.platform').trim(), '');
    assert.match(foreign, new RegExp(daemon.docker('ps', '-q', '--no-trunc').trim()));
  });
});
