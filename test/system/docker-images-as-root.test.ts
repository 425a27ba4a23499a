import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { DockerClient, parseDockerHost } from '@rig-ops/docker';
import { buildByDockerfile } from '../../packages/server/src/features/images/build-by-dockerfile.ts';
import type { BuildStepRecord } from '../../packages/server/src/features/builds/build-store.ts';
import { ImageSteps } from '../../packages/server/src/features/images/image-steps.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';
import { until, User } from '../support/rig.ts';

const started = await DockerDaemon.start();
const skip = started === null && 'dockerd cannot be started here';
const APPLETS = ['sh', 'httpd', 'cat', 'echo', 'sleep', 'chown', 'chmod', 'mkdir', 'id', 'kill'];
const ACCOUNTS = { 'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nwww:x:33:33::/srv:/bin/sh\n' };

/** As the images of nginx, postgres and redis begin: takes its folder as root, and serves it as somebody else. */
const ENTRY = [
  'mkdir -p /data && echo taken > /data/index.html && chmod 700 /data && chown -R 33:33 /data',
  'exec /bin/become --reuid=33 --regid=33 --clear-groups sh -c "trap \'echo ended well; exit 0\' TERM; id -u; httpd -f -p 80 -h /data & wait"',
].join(' && ');

const DOCKERFILE = `FROM box:1\nEXPOSE 80\nENTRYPOINT ["sh", "-c", ${JSON.stringify(ENTRY)}]\n`;

describe('images of others on docker', { skip, timeout: 120_000 }, () => {
  let daemon: DockerDaemon;
  let user: User;

  before(async () => {
    assert.ok(started);
    daemon = started;
    const box = daemon.imageOf(
      {
        ...Object.fromEntries(APPLETS.map((name) => [name, '/bin/busybox'])),
        // The shell of busybox takes its own of the same name.
        become: '/usr/bin/setpriv',
      },
      [],
      ACCOUNTS,
    );
    daemon.docker('tag', box, 'box:1');
    user = new User();
    await user.json(['platform', 'start', '--engine', 'docker', '--docker-host', daemon.host]);
  });
  after(async () => {
    await user?.close();
    await daemon?.close();
  });

  it('may take their files and become somebody else, and are ended in order', async () => {
    const root = user.source('switches', { Dockerfile: DOCKERFILE, 'rig.toml': 'app = "switches"\n' });
    const { url } = await user.json<{ url: string }>(['deploy', '--create'], { cwd: root });
    assert.equal(await (await fetch(url)).text(), 'taken\n');
    const id = daemon.docker('ps', '-q').trim();
    const shown = JSON.parse(daemon.docker('inspect', '--format', '{{json .HostConfig}}', id)) as {
      CapAdd: string[];
      CapDrop: string[];
      SecurityOpt: string[];
    };
    assert.deepEqual(
      [shown.CapDrop, shown.CapAdd, shown.SecurityOpt],
      [
        ['ALL'],
        ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
        ['no-new-privileges'],
      ],
    );
    await user.json(['apps', 'restart', 'switches']);
    // Whoever passes the signal on is root, and the program is not.
    await until('its end in order', async () =>
      (await user.run(['logs', 'app', 'switches'])).stdout.includes('ended well'),
    );
  });

  it('may not where rig.toml says so', async () => {
    const root = user.source('bare', {
      Dockerfile: DOCKERFILE,
      'rig.toml': 'app = "bare"\n[run]\ncapabilities = []\n',
    });
    const failed = await user.fails(['deploy', '--create'], 'release_failed', 11, { cwd: root });
    assert.match(String(failed.details?.['lastLines']), /Operation not permitted/);
    user.source('bare', { 'rig.toml': 'app = "bare"\n[run]\ncapabilities = ["SYS_ADMIN"]\n' });
    await user.fails(['deploy'], 'invalid_rig_toml', 3, { cwd: root });
  });

  it('are built by a daemon without BuildKit, step by step', async () => {
    /** The way it is asked decides which of its builders a daemon takes. */
    class Classic extends DockerClient {
      override async version() {
        return { ...(await super.version()), Components: [{ Name: 'Podman Engine', Version: '4.3.1' }] };
      }
    }
    const docker = new Classic(parseDockerHost(daemon.host, null));
    const printed: string[] = [];
    let steps: BuildStepRecord[] = [];
    const build = async (text: string) => {
      const root = user.source('classic', { Dockerfile: text, 'from.txt': 'from the context\n' });
      const files = execFileSync('tar', ['c', '-C', root, 'Dockerfile', 'from.txt']);
      return await buildByDockerfile(
        {
          buildId: 'bld_classic',
          context: { dockerfile: 'Dockerfile', files: 2, bytes: 1, open: () => Readable.from([files]) },
          target: null,
          facts: { args: new Set(['WORD']) },
          args: { WORD: 'joy' },
          env: {},
          config: {},
          secretNames: new Set(['TOKEN']),
          baseEnvironment: {},
          labels: { 'rig.test': 'classic' },
          readsCache: true,
          keys: { registries: [], of: () => null },
          log: {
            printed: 0,
            tell: async (_step, ...lines) => void printed.push(...lines),
            print: async (_step, _stream, bytes) => void printed.push(bytes.toString()),
            close: async () => undefined,
          },
          steps: new ImageSteps({
            onStep: async () => undefined,
            onSteps: async (all) => {
              steps = all;
            },
          }),
        },
        docker,
        AbortSignal.timeout(60_000),
      );
    };
    const made = await build(
      'FROM box:1\nARG WORD\nCOPY from.txt /from.txt\nRUN cat /from.txt && echo "greets with $WORD"\nCMD ["sh"]\n',
    );
    assert.equal(made.error, null);
    assert.match(daemon.docker('inspect', '--format', '{{json .Config}}', made.id ?? ''), /"classic"/);
    assert.match(printed.join(''), /secret variables reach no step[^]*from the context\ngreets with joy/);
    assert.deepEqual(
      steps.map(({ name, status }) => [name.slice(0, 10), status]),
      [
        ['[1/6] FROM', 'succeeded'],
        ['[2/6] ARG ', 'succeeded'],
        ['[3/6] COPY', 'succeeded'],
        ['[4/6] RUN ', 'succeeded'],
        ['[5/6] CMD ', 'succeeded'],
        ['[6/6] LABE', 'succeeded'],
      ],
    );
    const failed = await build('FROM box:1\nRUN sh -c "echo before; exit 7"\n');
    assert.match(failed.error ?? '', /returned a non-zero code: 7/);
    assert.deepEqual([steps.at(-1)?.status, steps.at(-1)?.exitCode], ['failed', 7]);
    assert.match(failed.step ?? '', /^\[2\/3\] RUN/);
    docker.close();
  });

  it('fail in their build when the daemon is killed, and are built when it is back', async () => {
    const root = user.source('cut', {
      Dockerfile: 'FROM box:1\nRUN echo begun && sleep 10\nCMD ["httpd", "-f", "-p", "8080"]\n',
      'rig.toml': 'app = "cut"\n',
    });
    const deploying = user.fails(['deploy', '--create'], 'docker_unreachable', 8, { cwd: root });
    await until('the step', async () =>
      (await user.run(['logs', 'build', '--app', 'cut'])).stdout.includes('begun\n'),
    );
    await daemon.end('SIGKILL');
    const { hint, message } = await deploying;
    assert.match(message, /cut off: the Docker daemon ended/);
    assert.match(hint, /Deploy again/);
    assert.ok(await daemon.run());
    // What ran is started again by rig: the daemon takes its containers with it.
    await until('switches to be back', async () => {
      const { url } = await user.json<{ url: string }>(['apps', 'info', 'switches']);
      return (await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).text()) === 'taken\n';
    });
  });
});
