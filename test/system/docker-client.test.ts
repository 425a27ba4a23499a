import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerCreate, DockerClient, parseDockerHost, readFrames } from '@rig-ops/docker';
import { collect } from '../../packages/docker/src/testing/collect.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';

const labels = { 'rig.platform': 'test' };

const started = await DockerDaemon.start();
const skip = started === null && 'dockerd cannot be started here';

describe('a client of a Docker daemon', { skip }, () => {
  let daemon: DockerDaemon;
  let docker: DockerClient;
  let image: string;
  let number = 0;

  before(() => {
    assert.ok(started);
    daemon = started;
    docker = new DockerClient(parseDockerHost(daemon.host));
    image = daemon.imageOf({ sh: '/bin/sh', cat: '/bin/cat', sleep: '/bin/sleep' });
  });
  after(async () => {
    docker.close();
    await daemon.close();
  });

  async function start(script: string, more: Partial<ContainerCreate> = {}): Promise<string> {
    number += 1;
    const id = await docker.containers.create(`rig-test-${number}`, {
      Image: image,
      Cmd: ['sh', '-c', script],
      Labels: labels,
      HostConfig: { NetworkMode: 'none', Init: true },
      ...more,
    });
    await docker.containers.start(id);
    return id;
  }

  it('tells what the daemon is', async () => {
    assert.match((await docker.version()).Version, /^\d+\.\d+/);
    assert.equal((await docker.info()).OSType, 'linux');
  });

  it('finds what has its labels, and nothing else', async () => {
    daemon.docker('create', '--name', 'foreign', image, 'sh');
    const id = await start('sleep 60');
    const all = await docker.containers.list(labels);
    assert.deepEqual(
      all.map(({ Id }) => Id),
      [id],
    );
    assert.equal(await docker.containers.find('no-such'), null);
    await docker.containers.remove(id);
    await docker.containers.remove(id);
    assert.deepEqual(await docker.containers.list(labels), []);
    assert.match(daemon.docker('ps', '-a'), /foreign/);
  });

  it('says what is wrong in codes', async () => {
    await assert.rejects(docker.images.inspect('no/such:image'), { code: 'image_not_found' });
    await assert.rejects(docker.containers.create('x1', { Image: 'no/such:image', Labels: {} }), {
      code: 'image_not_found',
    });
    await assert.rejects(docker.containers.inspect('none'), { code: 'docker_not_found', message: /none/ });
    const id = await start('sleep 60');
    await assert.rejects(docker.containers.create('rig-test-2', { Image: image, Cmd: ['sh'], Labels: {} }), {
      code: 'docker_conflict',
    });
    await docker.containers.remove(id);
    const away = new DockerClient(parseDockerHost('unix:///nowhere/docker.sock'));
    await assert.rejects(away.info(), { code: 'docker_unreachable', message: /no such socket/ });
  });

  it('waits for an end, and tells the code', async () => {
    const id = await start('exit 7');
    assert.equal(await docker.containers.wait(id, AbortSignal.timeout(30_000)), 7);
    const { State } = await docker.containers.inspect(id);
    assert.deepEqual([State.Status, State.ExitCode, State.OOMKilled], ['exited', 7, false]);
    await docker.containers.remove(id);
  });

  it('reads a log again from where it was', async () => {
    const id = await start('i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done; echo end >&2');
    await docker.containers.wait(id, AbortSignal.timeout(30_000));
    const all = await collect(docker.containers.logs(id, { follow: false }));
    const out = all.filter(({ stream }) => stream === 'stdout');
    assert.equal(out.length, 300);
    const middle = out[150];
    assert.ok(middle !== undefined);
    const rest = await collect(docker.containers.logs(id, { follow: false, since: middle.at }));
    const again = rest.filter(({ stream }) => stream === 'stdout');
    assert.equal(again[0]?.at, out.find(({ at }) => at >= middle.at)?.at);
    assert.equal(again.at(-1)?.bytes.toString(), 'line 299\n');
    await docker.containers.remove(id);
  });

  it('follows a log without its line ends being touched', async () => {
    const id = await start('head=; printf "half"; printf "\\r\\nwhole\\n"; sleep 60');
    const seen: Buffer[] = [];
    for await (const { bytes } of docker.containers.logs(id, { follow: true })) {
      seen.push(bytes);
      if (Buffer.concat(seen).includes('whole\n')) break;
    }
    assert.equal(Buffer.concat(seen).toString(), 'half\r\nwhole\n');
    await docker.containers.remove(id);
  });

  it('runs a program in a container: bytes both ways, the end of stdin, the code', async () => {
    const id = await start('sleep 60');
    const exec = await docker.execs.create(id, {
      Cmd: ['sh', '-c', 'cat; echo oh >&2; exit 3'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const both = await docker.execs.start(exec, { tty: false });
    both.end(Buffer.from([0, 255, 10, 13]));
    const frames = await collect(readFrames(both));
    const of = (name: string) =>
      Buffer.concat(frames.filter(({ stream }) => stream === name).map(({ bytes }) => bytes));
    assert.deepEqual([...of('stdout')], [0, 255, 10, 13]);
    assert.equal(of('stderr').toString(), 'oh\n');
    assert.equal((await docker.execs.inspect(exec)).ExitCode, 3);
    await docker.containers.remove(id);
  });

  it('gives a program a terminal of the size that is wanted', async () => {
    const id = await start('sleep 60');
    const exec = await docker.execs.create(id, {
      Cmd: ['sh', '-c', 'read line; echo "got $line"'],
      Tty: true,
      AttachStdin: true,
      AttachStdout: true,
    });
    const both = await docker.execs.start(exec, { tty: true });
    await docker.execs.resize(exec, { columns: 90, rows: 33 });
    both.write('hello\r');
    let said = '';
    for await (const chunk of both as AsyncIterable<Buffer>) said += chunk.toString();
    assert.match(said, /got hello/);
    await docker.containers.remove(id);
  });

  it('carries files in and out as archives', async () => {
    const id = await start('sleep 60');
    const archive = await docker.containers.pack(id, '/bin/sh');
    const bytes = Buffer.concat(await collect(archive as AsyncIterable<Buffer>));
    const listed = execFileSync('tar', ['t'], { input: bytes, encoding: 'utf8' });
    assert.equal(listed.trim(), 'sh');
    await docker.containers.remove(id);
  });

  it('makes networks that are known by their labels', async () => {
    const id = await docker.networks.create({
      Name: 'rig-test-net',
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: labels,
    });
    assert.deepEqual(
      (await docker.networks.list(labels)).map(({ Id }) => Id),
      [id],
    );
    await docker.networks.remove('rig-test-net');
    await docker.networks.remove('rig-test-net');
    assert.equal(await docker.networks.find('rig-test-net'), null);
  });

  it('tells what happens, until it is told to stop', async () => {
    const stop = new AbortController();
    const actions: string[] = [];
    const following = (async () => {
      for await (const { Action } of docker.events(labels, stop.signal)) actions.push(Action);
    })();
    const id = await start('exit 0');
    for (const deadline = Date.now() + 30_000; !actions.includes('die'); await sleep(20)) {
      assert.ok(Date.now() < deadline, `only ${actions.join(' ')}`);
      if (!actions.includes('start')) await docker.containers.start(id).catch(() => undefined);
    }
    stop.abort();
    await assert.rejects(following);
    await docker.containers.remove(id);
  });
});
