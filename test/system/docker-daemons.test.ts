import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DockerClient, parseDockerHost } from '@rig-ops/docker';
import { openLogReader } from '@rig-ops/logstore';
import { TestSupervisor } from '../../packages/supervisor/src/testing/test-supervisor.ts';
import { until } from '../../packages/supervisor/src/testing/until.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';

const PATIENCE_MS = 90_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An authority with a certificate for the daemon and one for whoever may use it. */
function makeCertificates(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=authority',
    '-days',
    '2',
  );
  for (const [name, usage] of [
    ['server', 'serverAuth\nsubjectAltName=IP:127.0.0.1'],
    ['', 'clientAuth'],
  ] as const) {
    const [cert, secret] = name === '' ? ['cert.pem', 'key.pem'] : ['server.pem', 'server.key'];
    writeFileSync(join(folder, 'usage'), `extendedKeyUsage=${usage}\n`);
    openssl('req', ...key, '-keyout', secret, '-out', 'request', '-subj', `/CN=rig ${name}`);
    openssl(
      'x509',
      '-req',
      '-in',
      'request',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      cert,
      '-days',
      '2',
      '-extfile',
      'usage',
    );
  }
}

const port = await freePort();
const started = await DockerDaemon.start((folder) => {
  const tls = join(folder, 'tls');
  if (!existsSync(tls)) makeCertificates(tls);
  return [
    '--live-restore',
    '--host',
    `tcp://127.0.0.1:${port}`,
    '--tlsverify',
    '--tlscacert',
    join(tls, 'ca.pem'),
    '--tlscert',
    join(tls, 'server.pem'),
    '--tlskey',
    join(tls, 'server.key'),
  ];
});

describe('a daemon', { skip: started === null && 'dockerd cannot be started here' }, () => {
  const supervisor = new TestSupervisor();
  let daemon: DockerDaemon;
  let image: string;
  const start = async () =>
    await supervisor.start({
      docker: { host: `tcp://127.0.0.1:${port}`, certificates: join(daemon.folder, 'tls') },
    });

  before(async () => {
    assert.ok(started);
    daemon = started;
    image = daemon.imageOf({ node: process.execPath, sh: '/bin/sh', sleep: '/bin/sleep' });
    await start();
  });
  after(async () => {
    await supervisor.close();
    await daemon?.close();
  });

  const run = async (id: string, argv: string[]) =>
    await supervisor.run(id, argv, {
      cwd: '',
      env: {},
      appId: id.replace('ins', 'app'),
      container: {
        image,
        network: null,
        ports: [],
        limits: { memoryBytes: null, cpus: null, processes: 200 },
        readOnly: false,
        user: null,
      },
    });
  /** Texts and gaps of an app. */
  const log = async (app: string) => {
    const reader = openLogReader(join(supervisor.layout.logs, 'apps', app));
    const found: (string | number)[] = [];
    for await (const batch of reader.read({ signal: AbortSignal.timeout(60_000) }))
      for (const record of batch) {
        if (record.type === 'gap') found.push(record.count);
        else if (!record.partial) found.push(Buffer.from(record.bytes).toString().slice(0, 100));
      }
    return found;
  };

  const seen = async () =>
    (await log('app_live').catch(() => [])).filter((text) => String(text).startsWith('line '));

  it('is spoken to over TLS by who has a certificate of its authority, and by nobody else', async () => {
    const host = `tcp://127.0.0.1:${port}`;
    const known = new DockerClient(parseDockerHost(host, join(daemon.folder, 'tls')));
    assert.match((await known.version()).ApiVersion, /^1\./);
    known.close();
    const strange = join(daemon.folder, 'strange');
    makeCertificates(strange);
    const unknown = new DockerClient(parseDockerHost(host, strange));
    await assert.rejects(unknown.version(), { code: 'docker_unreachable' });
    unknown.close();
    rmSync(strange, { recursive: true });
  });

  it('that restores its containers keeps them over its own death, and what they print is there once', async () => {
    const script = 'let i=0;setInterval(()=>console.log("line "+i++),20)';
    await run('ins_live', ['node', '-e', script]);
    await until('lines', async () => (await seen()).length > 20, PATIENCE_MS);
    const id = daemon.docker('ps', '-q').trim();
    await daemon.end('SIGKILL');
    assert.ok(await daemon.run());
    const before = (await seen()).length;
    await until('more lines', async () => (await seen()).length > before + 20, PATIENCE_MS);
    assert.equal(daemon.docker('ps', '-q').trim(), id);
    const lines = await seen();
    assert.deepEqual(
      lines,
      lines.map((_, index) => `line ${index}`),
    );
    await supervisor.ask('DELETE', '/v1/instances/ins_live');
  });

  it('that has thrown away what nobody read leaves a gap in the log, and a word of it', async () => {
    // A line that is read, then more than the daemon keeps while nobody reads.
    const script = [
      'fs.writeSync(1,"first\\n")',
      'process.on("SIGUSR2",()=>{const l="x".repeat(15000)+"\\n";for(let i=0;i<13000;i++)fs.writeSync(1,l);fs.writeSync(1,"last\\n")})',
      'setInterval(()=>{},1e6)',
    ].join(';');
    await run('ins_lost', ['node', '-e', script]);
    await until(
      'the first',
      async () => (await log('app_lost').catch((): string[] => [])).includes('first'),
      PATIENCE_MS,
    );
    // How far it was read is kept once a second.
    await supervisor.kill();
    const id = daemon.docker('ps', '-q').trim();
    daemon.docker('kill', '--signal', 'USR2', id);
    await until('all of it', () => daemon.docker('logs', '--tail', '1', id).trim() === 'last', PATIENCE_MS);
    await start();
    await until('the last', async () => (await log('app_lost')).includes('last'), PATIENCE_MS);
    const found = await log('app_lost');
    assert.equal(found[0], 'first');
    assert.ok(found.includes(1), 'there is a gap');
    assert.ok(found.some((text) => /is missing here: the Docker daemon/.test(String(text))));
    assert.equal(found.filter((text) => text === 'last').length, 1);
  });
});
