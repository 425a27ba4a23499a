import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository, until, User } from '../support/rig.ts';

const user = new User();
const folder = mkdtempSync(join(tmpdir(), 'rig-audit-system-'));
before(async () => {
  await user.json(['apps', 'create', 'shop']);
  await user.json(['apps', 'create', 'blog']);
});
after(async () => {
  await user.close();
  rmSync(folder, { recursive: true, force: true });
});

const lagOf = async (name: string) =>
  (await user.json<{ drains: { name: string; lag: number }[] }>(['audit', 'drains', 'list'])).drains.find(
    (drain) => drain.name === name,
  )?.lag;

describe('an export', () => {
  const script =
    /```bash\n([^]*?)```/.exec(readFileSync(join(repository, 'docs/audit.md'), 'utf8'))?.[1] ?? '';

  /** Runs what docs/audit.md says, in a folder of its own. */
  function runRecipe(lines: readonly string[]): { status: number; output: string } {
    const place = mkdtempSync(join(folder, 'recipe-'));
    writeFileSync(join(place, 'audit.ndjson'), lines.map((line) => `${line}\n`).join(''));
    writeFileSync(join(place, 'verify.sh'), script);
    try {
      const output = execFileSync('bash', ['verify.sh', 'audit.ndjson'], {
        cwd: place,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return { status: 0, output };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { status, output: stdout + stderr };
    }
  }

  test('is verified with nothing but standard tools, as the documentation says', async () => {
    const file = join(folder, 'audit.ndjson');
    const exported = await user.json<{ records: number; checkpoints: number; keyFingerprint: string }>([
      'audit',
      'export',
      file,
    ]);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const whole = runRecipe(lines);
    assert.equal(whole.status, 0, whole.output);
    assert.ok(whole.output.includes(`${exported.records} records are intact`), whole.output);
    assert.ok(whole.output.includes(`key ${exported.keyFingerprint}\n`), whole.output);
    const index = lines.findIndex((line) => line.includes('app/shop'));
    for (const tampered of [
      lines.with(index, (lines[index] ?? '').replace('app/shop', 'app/shoq')),
      lines.toSpliced(index, 1),
      lines.slice(0, -1),
      lines.with(1, (lines[1] ?? '').replace('"seq":', '"seq":1')),
    ])
      assert.notEqual(runRecipe(tampered).status, 0);
  });
});

describe('rsyslogd as the receiver of a drain', () => {
  const received = join(folder, 'received.log');
  const certificate = join(folder, 'cert.pem');
  let rsyslogd: ChildProcess;
  const ports = { tcp: 0, tls: 0 };

  before(async () => {
    const made = ['-keyout', join(folder, 'key.pem'), '-out', certificate, '-subj', '/CN=localhost'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-addext',
        'subjectAltName=DNS:localhost',
        ...made,
      ],
      { stdio: 'pipe' },
    );
    ports.tcp = await findPort();
    ports.tls = await findPort();
    await start();
  });
  after(() => stop());

  async function start(): Promise<void> {
    mkdirSync(join(folder, 'work'), { recursive: true });
    writeFileSync(join(folder, 'rsyslog.conf'), configuration());
    rsyslogd = spawn(
      'rsyslogd',
      ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'rsyslogd.pid')],
      { stdio: 'ignore' },
    );
    await until('rsyslogd to listen', () => canConnect(ports.tls));
  }

  async function stop(): Promise<void> {
    if (rsyslogd.exitCode !== null || rsyslogd.signalCode !== null) return;
    rsyslogd.kill('SIGTERM');
    await once(rsyslogd, 'exit');
  }

  const configuration = () => `
    global(workDirectory="${join(folder, 'work')}" maxMessageSize="64k"
      defaultNetstreamDriverCAFile="${certificate}"
      defaultNetstreamDriverCertFile="${certificate}"
      defaultNetstreamDriverKeyFile="${join(folder, 'key.pem')}")
    module(load="imtcp")
    input(type="imtcp" address="127.0.0.1" port="${ports.tcp}" ruleset="keep")
    input(type="imtcp" address="127.0.0.1" port="${ports.tls}" ruleset="keep"
      streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
    template(name="parsed" type="string" string="%app-name%|%msgid%|%pri%|%structured-data%|%msg%\\n")
    ruleset(name="keep") { action(type="omfile" file="${received}" template="parsed") }
  `;

  const messages = () =>
    readFileSync(received, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [app, event, priority, data = '', ...body] = line.split('|');
        return { app, event, priority, data, body: body.join('|').replace(/^[ \ufeff]+/, '') };
      });
  const sequences = () =>
    messages().flatMap(({ data }) => {
      const seq = / seq="(\d+)"/.exec(data)?.[1];
      return seq === undefined ? [] : [Number(seq)];
    });

  test('understands every record, by TCP', { timeout: 60_000 }, async () => {
    const url = `syslog://127.0.0.1:${ports.tcp}`;
    await user.json(['audit', 'drains', 'add', 'plain', url, '--allow-private', '--from-start']);
    await user.json(['audit', 'drains', 'test', 'plain']);
    await until('every record', async () => (await lagOf('plain')) === 0);
    await until('the file of rsyslogd', () => messages().some(({ event }) => event === 'audit.drain.test'));
    const all = messages();
    const created = all.find(({ body }) => body.includes('"target":"app/shop"'));
    assert.equal(created?.app, 'rigd');
    assert.equal(created.event, 'app.create');
    assert.equal(created.priority, '110');
    assert.match(created.data, / action="app\.create"/);
    const { record } = JSON.parse(created.body) as { record: { target: string } };
    assert.equal(record.target, 'app/shop');
    assert.deepEqual(
      [...new Set(sequences())],
      Array.from({ length: Math.max(...sequences()) }, (_, index) => index + 1),
    );
  });

  test('misses nothing when it is away for a while', { timeout: 60_000 }, async () => {
    await stop();
    await user.json(['apps', 'create', 'while-away']);
    await start();
    await until('every record', async () => (await lagOf('plain')) === 0, 50_000);
    await until('the record', () => messages().some(({ body }) => body.includes('app/while-away')));
    assert.deepEqual(
      [...new Set(sequences())],
      Array.from({ length: Math.max(...sequences()) }, (_, index) => index + 1),
    );
    await user.json(['audit', 'drains', 'remove', 'plain']);
  });

  test('takes records by TLS, from who trusts it', { timeout: 60_000 }, async () => {
    const url = `syslog+tls://localhost:${ports.tls}`;
    await user.json(['audit', 'drains', 'add', 'trusting', url, '--allow-private', '--ca', certificate]);
    await user.json(['audit', 'drains', 'test', 'trusting']);
    await until('the test', () => messages().some(({ body }) => body.includes('"drain":"trusting"')));
    await user.json(['audit', 'drains', 'add', 'wary', url, '--allow-private']);
    const refused = await user.run(['audit', 'drains', 'test', 'wary', '-o', 'json']);
    assert.equal(refused.code, 8);
    assert.match(refused.stdout, /SELF_SIGNED/);
  });
});

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function canConnect(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
