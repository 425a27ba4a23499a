import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import { POD_PREPARATION, type PodArtifact } from '@rig-ops/contract/supervisor-clusters';
import { preparePod } from '../../packages/supervisor/src/prepare-pod/prepare-pod.ts';
import { BUILD, startCutter, startPodFiles } from '../support/pod-files.ts';

const PATIENCE = { patienceMs: 3_000, firstPauseMs: 5, mostPauseMs: 20 };

const envOf = ({ url, key, sha256, bytes, authority }: PodArtifact) => ({
  [POD_PREPARATION.env.url]: url,
  [POD_PREPARATION.env.key]: key,
  [POD_PREPARATION.env.sha256]: sha256,
  [POD_PREPARATION.env.bytes]: String(bytes),
  ...(authority === null ? {} : { [POD_PREPARATION.env.authority]: authority }),
});

/** Runs what rig's image runs in a pod. */
async function prepare(
  folder: string,
  artifact: PodArtifact,
  { patience = PATIENCE, lay }: { patience?: typeof PATIENCE; lay?: 'really' } = {},
) {
  const places = {
    tools: join(folder, 'pod', '.rig'),
    files: join(folder, 'pod', 'app'),
    terminationLog: join(folder, 'pod', 'termination-log'),
  };
  mkdirSync(places.files, { recursive: true });
  rmSync(places.terminationLog, { force: true });
  const lines: string[] = [];
  const code = await preparePod({
    env: envOf(artifact),
    places,
    tell: (line) => void lines.push(line),
    patience,
    // Node itself is copied, which takes a while.
    ...(lay === 'really' ? {} : { lay: async (tools) => void mkdirSync(tools, { recursive: true }) }),
  });
  const reason = existsSync(places.terminationLog) ? readFileSync(places.terminationLog, 'utf8') : null;
  return { code, lines, reason, ...places };
}

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'none',
    (error: unknown) => (isRigError(error) ? error.code : String(error)),
  );

describe('the files of a release in a pod', () => {
  it('are those of the artifact, readable by whoever the pod runs as, beside the programs of rig', async (t) => {
    const { folder, artifact, pods, release, audited } = await startPodFiles(t);
    const told = await pods.of(release);
    const pod = await prepare(folder, told, { lay: 'really' });
    assert.deepEqual(pod.lines, []);
    assert.equal(pod.code, 0);
    assert.deepEqual(readFileSync(join(pod.files, 'big')), readFileSync(join(artifact, 'big')));
    const modeOf = (name: string) => (lstatSync(join(pod.files, name)).mode & 0o777).toString(8);
    assert.deepEqual([modeOf('index.html'), modeOf('bin'), modeOf('bin/run')], ['644', '755', '755']);
    assert.equal(readlinkSync(join(pod.files, 'start')), 'bin/run');
    assert.equal(readlinkSync(join(pod.files, 'python')), '/usr/bin/python3');
    assert.ok(lstatSync(join(pod.tools, 'bin', 'node')).mode & 0o111);
    assert.ok(existsSync(join(pod.tools, 'node_modules', '@rig-ops', 'archive', 'package.json')));
    assert.deepEqual(
      audited.map((each) => (each as { action: string; target: string }).action),
      ['artifact.grant'],
    );
    assert.ok(!JSON.stringify(audited).includes(told.key));
    // Asked again, it is told the same: a pod that is compared with it has not changed.
    assert.deepEqual(await pods.of(release), told);
  });

  it('come whole over connections that are cut again and again, without a byte fetched twice', async (t) => {
    const { folder, artifact, pods, release, api } = await startPodFiles(t);
    const cutter = await startCutter(t, api.port, { cuts: 6, after: 700_000 });
    const pod = await prepare(folder, { ...(await pods.of(release)), url: cutter.url });
    assert.equal(pod.code, 0, pod.lines.join('\n'));
    assert.deepEqual(readFileSync(join(pod.files, 'big')), readFileSync(join(artifact, 'big')));
    assert.ok(pod.lines.length >= 6, pod.lines.join('\n'));
    assert.match(pod.lines.at(-1) ?? '', /was cut \(ECONNRESET\) after \d+ of \d+ bytes\. Trying again/);
  });

  it('are there again without rigd once the pod has them', async (t) => {
    const { folder, pods, release } = await startPodFiles(t);
    const told = await pods.of(release);
    assert.equal((await prepare(folder, told)).code, 0);
    const again = await prepare(folder, { ...told, url: 'http://127.0.0.1:9' });
    assert.equal(again.code, 0);
    assert.deepEqual(again.lines, ['The files of the release are there already.']);
  });

  it('wait for a rigd that is away for a while', async (t) => {
    const { folder, pods, release, api } = await startPodFiles(t);
    const told = await pods.of(release);
    const cutter = await startCutter(t, api.port, { cuts: 4, after: -1 });
    const pod = await prepare(folder, { ...told, url: cutter.url });
    assert.equal(pod.code, 0, pod.lines.join('\n'));
    assert.match(pod.lines[0] ?? '', /cannot be reached.*Trying again in 0\.0 s/);
  });

  it('say in one line that rigd is not there, and where it was looked for', async (t) => {
    const { folder, pods, release } = await startPodFiles(t);
    const told = { ...(await pods.of(release)), url: 'http://127.0.0.1:9' };
    const pod = await prepare(folder, told, { patience: { ...PATIENCE, patienceMs: 30 } });
    assert.equal(pod.code, 1);
    assert.equal(pod.reason, 'rigd at http://127.0.0.1:9 cannot be reached (ECONNREFUSED): see --pod-url.');
    assert.ok(!pod.lines.join('').includes(told.key));
    assert.deepEqual(readdirSync(pod.files), []);
  });

  it('are refused to another key, and to that of a release that was removed', async (t) => {
    const { folder, pods, release, releases, audited, destroyApp } = await startPodFiles(t);
    const told = await pods.of(release);
    const [app, , signature] = told.key.split('.');
    const wrong = await prepare(folder, { ...told, key: `${app}.2.${signature}` });
    assert.equal(wrong.code, POD_PREPARATION.hopeless);
    assert.equal(wrong.reason, 'The key is not one of a release that is there.');
    await releases.fail(release.appId, release.version, 'for the test');
    await releases.remove(release.appId, [release.version]);
    assert.equal((await prepare(folder, told)).code, POD_PREPARATION.hopeless);
    destroyApp();
    assert.equal((await prepare(folder, told)).code, POD_PREPARATION.hopeless);
    assert.deepEqual(audited, []);
  });

  it('with another digest are run by nobody', async (t) => {
    const { folder, pods, release } = await startPodFiles(t);
    const told = await pods.of(release);
    const pod = await prepare(folder, { ...told, sha256: 'a'.repeat(64) });
    assert.equal(pod.code, 1);
    assert.match(pod.reason ?? '', /not those of the release: their digest is another one/);
    assert.equal(pod.lines.filter((line) => line.endsWith('Beginning anew.')).length, 2);
    assert.deepEqual(readdirSync(pod.files), []);
    const small = await prepare(folder, { ...told, bytes: 100_000 });
    assert.equal(small.code, 1);
    assert.deepEqual(readdirSync(small.files), []);
  });

  it('with a relative link out of the app are refused, for good and with its name', async (t) => {
    const { folder, artifact, pods, release } = await startPodFiles(t);
    symlinkSync('../../outside', join(artifact, 'bin', 'way-out'));
    const pod = await prepare(folder, await pods.of(release));
    assert.equal(pod.code, POD_PREPARATION.hopeless);
    assert.match(pod.reason ?? '', /cannot be unpacked: "\.\/bin\/way-out" is a link that leads out/);
    assert.deepEqual(readdirSync(pod.files), []);
  });

  it('come from signed URLs that nobody can change, and that end', async (t) => {
    const { pods, release, url, later } = await startPodFiles(t);
    const { key } = await pods.of(release);
    const response = await fetch(`${url}/v1/artifacts/grants`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    const grant = (await response.json()) as { path: string; archive: string; bytes: number };
    const get = async (path: string) => {
      const answer = await fetch(url + path);
      const bytes = Buffer.from(await answer.arrayBuffer());
      return { status: answer.status, bytes };
    };
    const whole = await get(grant.path);
    assert.equal(whole.bytes.length, grant.bytes);
    assert.equal(createHash('sha256').update(whole.bytes).digest('hex'), grant.archive);
    assert.deepEqual((await get(`${grant.path}&offset=5`)).bytes, whole.bytes.subarray(5));
    assert.equal((await get(`${grant.path}&offset=${grant.bytes}`)).bytes.length, 0);
    const changed = [
      grant.path.replace(BUILD, 'bld_00000000000001'),
      grant.path.replace(/archive=./, 'archive=0').replace(/expires=\d/, 'expires=9'),
      grant.path.replace(/expires=(\d+)/, (_, at: string) => `expires=${Number(at) + 1}`),
      grant.path.replace(/signature=[\w-]+/, 'signature=AAAA'),
    ];
    for (const path of changed) assert.equal((await get(path)).status, 403, path);
    later(5 * 60_000 + 1);
    assert.equal((await get(grant.path)).status, 403);
  });
});

describe('archives', () => {
  it('are made once, removed with their build, and made again when they are missed', async (t) => {
    const { shelf, layout, artifact } = await startPodFiles(t);
    const [one, two] = await Promise.all([shelf.take(BUILD), shelf.take(BUILD)]);
    assert.equal(one.path, two.path);
    assert.equal(readdirSync(layout.archives).length, 1);
    rmSync(one.path);
    // Of another time, by the same content.
    await sleep(10);
    writeFileSync(join(artifact, 'index.html'), '<h1>shop</h1>');
    assert.equal((await shelf.take(BUILD)).sha256, one.sha256);
    await shelf.remove(BUILD);
    assert.deepEqual(readdirSync(layout.archives), []);
  });

  it('do not hide that an artifact was changed', async (t) => {
    const { shelf, artifact } = await startPodFiles(t);
    rmSync((await shelf.take(BUILD)).path);
    writeFileSync(join(artifact, 'index.html'), '<h1>evil</h1>');
    assert.equal(await codeOf(shelf.take(BUILD)), 'artifact_damaged');
  });

  it('keep within their limit, and leave nothing behind where one does not fit', async (t) => {
    const { shelf, layout } = await startPodFiles(t, { limitBytes: 1_000_000 });
    assert.equal(await codeOf(shelf.describe(BUILD)), 'artifact_too_large');
    assert.deepEqual(readdirSync(layout.archives), []);
    assert.equal(await codeOf(shelf.take('bld_00000000000009')), 'artifact_missing');
  });

  it('that were asked for longest ago go first, and what nobody knows at the next start', async (t) => {
    const { shelf, layout, later } = await startPodFiles(t, { limitBytes: 9_000_000 });
    const other = 'bld_00000000000002';
    mkdirSync(join(layout.artifacts, other));
    writeFileSync(join(layout.artifacts, other, 'x'), readFileSync(join(layout.artifacts, BUILD, 'big')));
    await shelf.take(BUILD);
    later(1_000);
    await shelf.take(other);
    assert.deepEqual(
      readdirSync(layout.archives).map((name) => name.slice(0, other.length)),
      [other],
    );
    writeFileSync(join(layout.archives, `${BUILD}.x.part`), '');
    rmSync(join(layout.artifacts, other), { recursive: true });
    await shelf.sweep();
    assert.deepEqual(readdirSync(layout.archives), []);
  });
});
