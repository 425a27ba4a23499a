import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DockerClient, parseDockerHost } from '@rig-ops/docker';
import { DaemonWatch } from './daemon-watch.ts';

describe('the watch of a daemon', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-daemon-'));
  const host = `unix://${join(folder, 'docker.sock')}`;
  const waiting: ServerResponse[] = [];
  let hangs = false;
  let version = '20.10.24';
  let asked = 0;
  let server: Server;

  const answer = (path: string): object =>
    path === '/version'
      ? { Version: version, ApiVersion: '1.41' }
      : { OSType: 'linux', Architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64' };

  before(async () => {
    server = createServer((request, response) => {
      asked += 1;
      if (hangs) waiting.push(response);
      else response.end(JSON.stringify(answer(request.url?.replace(/^\/v[\d.]+/, '') ?? '')));
    });
    await new Promise<void>((resolve) => server.listen(join(folder, 'docker.sock'), resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('knows one that answers, and asks it no more than is needed', async () => {
    const docker = new DockerClient(parseDockerHost(host, null));
    const watch = new DaemonWatch(docker, host);
    await watch.settle(10_000);
    assert.deepEqual(watch.report, { host, version, problem: null });
    const before = asked;
    await watch.settle(10_000);
    assert.equal(asked, before);
    docker.close();
  });

  it('tells within its patience that one hangs, and that it is back', async () => {
    const docker = new DockerClient(parseDockerHost(host, null));
    const watch = new DaemonWatch(docker, host);
    hangs = true;
    await watch.settle();
    const { problem, version: told } = watch.report;
    assert.equal(told, null);
    assert.equal(problem?.code, 'docker_unreachable');
    assert.match(problem?.message ?? '', /has not answered since it was asked at \d{4}-.*is not known/);
    // Somebody else who asks does not wait for another question.
    assert.equal(waiting.length, 1);
    await watch.settle();
    assert.equal(waiting.length, 1);
    hangs = false;
    version = '20.10.25';
    waiting.splice(0).forEach((response) => void response.end(JSON.stringify(answer('/version'))));
    await watch.settle(10_000);
    assert.deepEqual(watch.report, { host, version, problem: null });
    docker.close();
  });

  it('tells what is in the way of one that is not there', async () => {
    const nowhere = `unix://${join(folder, 'none.sock')}`;
    const watch = new DaemonWatch(new DockerClient(parseDockerHost(nowhere, null)), nowhere);
    await watch.settle(10_000);
    assert.match(watch.report.problem?.message ?? '', /there is no such socket/);
  });
});
