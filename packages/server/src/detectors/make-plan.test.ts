import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import type { BuildMachine } from './detector.ts';
import { makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { detectors } from './registry.ts';
import { openSourceTree } from './source-tree.ts';

const machineWith = (...programs: string[]): BuildMachine => ({
  nodeVersion: '24.1.0',
  hasProgram: async (name) => programs.includes(name),
  succeeds: async () => true,
});
const npmOnly = machineWith('npm');

async function plan(
  test: TestContext,
  files: Record<string, string | object>,
  machine: BuildMachine = npmOnly,
): Promise<Plan> {
  const root = await makeTemporaryFolder(test);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return makePlan(openSourceTree(root), machine, detectors);
}

const names = (made: Plan): string[] => made.steps.map(({ name }) => name);

describe('a plan for a Node app', () => {
  it('runs the start script in a shell and installs nothing it does not need', async (test) => {
    const made = await plan(test, { 'package.json': { scripts: { start: 'node server.js' } } });
    assert.equal(made.detector, 'node');
    assert.deepEqual(made.steps, []);
    assert.deepEqual(made.processes, [{ name: 'web', argv: ['sh', '-c', 'node server.js'] }]);
  });

  it('runs prestart before start', async (test) => {
    const made = await plan(test, { 'package.json': { scripts: { prestart: 'a || b', start: 'c' } } });
    assert.deepEqual(made.processes, [{ name: 'web', argv: ['sh', '-c', '(a || b) && c'] }]);
  });

  it('installs by the lockfile, without what only a build needs', async (test) => {
    const made = await plan(test, {
      'package.json': { main: 'lib/a.js', dependencies: { a: '1' }, devDependencies: { b: '1' } },
      'package-lock.json': {},
      'lib/a.js': '',
    });
    assert.deepEqual(names(made), ['npm ci --omit=dev']);
    assert.deepEqual(made.processes, [{ name: 'web', argv: ['node', 'lib/a.js'] }]);
  });

  it('installs everything for a build and prunes after it', async (test) => {
    const made = await plan(test, {
      'package.json': {
        scripts: { build: 'tsc', start: 'node dist/a.js' },
        devDependencies: { typescript: '1' },
      },
      'package-lock.json': {},
    });
    assert.deepEqual(names(made), ['npm ci', 'npm run build', 'npm prune --omit=dev --ignore-scripts']);
    assert.deepEqual(made.caches, [{ name: 'npm', variable: 'npm_config_cache' }]);
    assert.deepEqual(made.reuse, {
      inputs: ['package.json', 'package-lock.json', '.npmrc'],
      tools: ['node', 'npm'],
      outputs: ['node_modules'],
    });
  });

  it('runs the install each time when a script of the app is part of it', async (test) => {
    const made = await plan(test, {
      'package.json': { scripts: { start: 'x', postinstall: 'node setup.js' }, dependencies: { a: '1' } },
      'package-lock.json': {},
    });
    assert.equal(made.reuse, null);
  });

  it('says so when there is no lockfile', async (test) => {
    const made = await plan(test, { 'package.json': { dependencies: { a: '1' } }, 'index.js': '' });
    assert.deepEqual(names(made), ['npm install --omit=dev']);
    assert.match(made.notes.join(), /no lockfile/);
  });

  it('serves what a site builder makes', async (test) => {
    const made = await plan(test, {
      'package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '8' } },
      'package-lock.json': {},
      'index.html': '',
    });
    assert.deepEqual(names(made), ['npm ci', 'npm run build']);
    assert.deepEqual(made.processes, [
      { name: 'web', site: { folders: ['dist', 'build', 'out', '_site', 'public'], built: true } },
    ]);
  });

  it('refuses a lockfile of a program that is not there', async (test) => {
    const files = {
      'package.json': { dependencies: { a: '1' }, scripts: { start: 'x' } },
      'pnpm-lock.yaml': '',
    };
    await assert.rejects(plan(test, files), {
      code: 'toolchain_missing',
      exitCode: 10,
      message: /pnpm is not installed/,
      hint: /npm install -g pnpm/,
    });
    const made = await plan(test, files, machineWith('npm', 'pnpm'));
    assert.deepEqual(names(made), ['pnpm install --frozen-lockfile --prod']);
  });

  it('refuses a package.json that is not JSON', async (test) => {
    await assert.rejects(plan(test, { 'package.json': '{' }), { code: 'invalid_input', exitCode: 3 });
  });
});

describe('a plan for a Procfile', () => {
  it('takes the processes from it and the build from Node', async (test) => {
    const made = await plan(test, {
      Procfile: '# both\nweb: node web.js\nworker:  A=1 node worker.js && x\nrelease: migrate\n',
      'package.json': { dependencies: { a: '1' }, scripts: { start: 'other' } },
      'package-lock.json': {},
    });
    assert.equal(made.detector, 'procfile');
    assert.deepEqual(names(made), ['npm ci --omit=dev']);
    assert.deepEqual(made.processes, [
      { name: 'web', argv: ['sh', '-c', 'node web.js'] },
      { name: 'worker', argv: ['sh', '-c', 'A=1 node worker.js && x'] },
    ]);
    assert.deepEqual(made.releasePhase, { argv: ['sh', '-c', 'migrate'], timeoutSeconds: 600 });
  });

  for (const [text, message] of [
    ['web node', /^Procfile:1: "web node" is not/],
    ['web: a\n\nWeb: b', /^Procfile:3: "Web" cannot/],
    ['web: a\nweb: b', /^Procfile:2: .*twice/],
    ['web:', /^Procfile:1: .*no command/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)} by its line`, async (test) => {
      await assert.rejects(plan(test, { Procfile: text }), { code: 'invalid_procfile', message });
    });
  }
});

describe('a plan for a static site', () => {
  it('serves the folder with index.html', async (test) => {
    const made = await plan(test, { 'index.html': '' });
    assert.equal(made.detector, 'static');
    assert.deepEqual(made.processes, [{ name: 'web', site: { folders: ['.'], built: false } }]);
  });
});

describe('a plan for rig.toml', () => {
  it('says everything it can say', async (test) => {
    const made = await plan(test, {
      'rig.toml': `
        grace = 4
        [release]
        command = ["./migrate"]
        timeout = 9
        [deploy]
        steps = ["10%:1m30s", "50%"]
        surge = "50%"
        watch = "5m"
        errors = 2
        [build]
        command = ["make", "all"]
        timeout = 5
        image = "builder:1"
        [run]
        image = "runner:1"
        readonly = true
        [processes]
        web = "./serve --port $PORT"
        worker = ["./work", "a b"]
        [processes.cron]
        command = "./cron"
        memory = "1.5G"
        cpus = 0.5
        [env]
        MODE = "x"
        [health]
        path = "/up"
        timeout = 7
      `,
      'package.json': { dependencies: { a: '1' } },
    });
    assert.deepEqual(made, {
      detector: 'rig.toml',
      root: '.',
      steps: [{ name: 'make all', phase: 'build', argv: ['make', 'all'] }],
      processes: [
        { name: 'web', argv: ['sh', '-c', './serve --port $PORT'] },
        { name: 'worker', argv: ['./work', 'a b'] },
        { name: 'cron', argv: ['sh', '-c', './cron'] },
      ],
      baseImages: { build: 'builder:1', run: 'runner:1' },
      readOnly: true,
      limits: { cron: { memoryBytes: 1.5 * 2 ** 30, cpus: 0.5 } },
      env: { MODE: 'x' },
      health: {
        path: '/up',
        timeoutSeconds: 7,
        check: {
          type: 'http',
          argv: [],
          status: null,
          answerSeconds: 10,
          intervalSeconds: 10,
          healthyAfter: 1,
          unhealthyAfter: 3,
          aliveSeconds: 1,
        },
      },
      rollout: {
        strategy: 'canary',
        steps: [
          { percent: 10, seconds: 90 },
          { percent: 50, seconds: null },
        ],
        surge: { percent: 50 },
        watchSeconds: 300,
        keepSeconds: 600,
        limits: { errorPoints: 2, latencyPercent: 50, requests: 20 },
      },
      releasePhase: { argv: ['./migrate'], timeoutSeconds: 9 },
      graceSeconds: 4,
      drainSeconds: 30,
      stepTimeoutSeconds: 5,
      caches: [],
      reuse: null,
      notes: [],
    });
  });

  for (const [text, message] of [
    ['[deploy]\nstrategy = "rolling"\nsteps = ["10%:1m"]', /steps are those of a canary/],
    ['[deploy]\nwatch = "25h"', /watch = "25h" is not a duration/],
    ['[deploy]\nsteps = ["0%:1m"]', /rig\.toml:2/],
    ['[health]\ntype = "command"', /needs a command/],
    ['[health]\ntype = "tcp"\npath = "/x"', /has no path/],
    ['[health]\nstatus = "300-200"', /ends before it begins/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, async (test) => {
      await assert.rejects(plan(test, { 'rig.toml': text }), { code: 'invalid_rig_toml', message });
    });
  }

  it('leaves to the next what it does not say, and keeps its settings', async (test) => {
    const made = await plan(test, {
      'rig.toml': 'drain = 3\n[env]\nA = "1"\n',
      'package.json': { dependencies: { a: '1' }, scripts: { start: 'x' } },
      'package-lock.json': {},
    });
    assert.equal(made.detector, 'node');
    assert.deepEqual(names(made), ['npm ci --omit=dev']);
    assert.equal(made.drainSeconds, 3);
    assert.deepEqual(made.env, { A: '1' });
  });

  it('puts its command in the place of the build of a named detector', async (test) => {
    const made = await plan(test, {
      'rig.toml': '[build]\ndetector = "node"\ncommand = "make"\noutput = "www"\n',
      'package.json': { scripts: { build: 'y' }, devDependencies: { b: '1' } },
      'package-lock.json': {},
      Procfile: 'web: not asked',
    });
    assert.deepEqual(names(made), ['npm ci', 'make']);
    assert.deepEqual(made.processes, [{ name: 'web', site: { folders: ['www'], built: true } }]);
  });

  for (const [text, message] of [
    ['app = 3', /^rig\.toml:1:1: app is 3; allowed: a string/],
    [
      '\n[procesess]\nweb = "x"',
      /^rig\.toml:2:2: unknown key "procesess"; did you mean "processes"\?; allowed: app, root, network, domains, build, run, processes/,
    ],
    [
      '[build]\n detector = "nod"',
      /^rig\.toml:2:2: detector is "nod"; did you mean "node"\?; allowed: "dockerfile", "node", "python", "ruby", "go", "static"/,
    ],
    ['[build]\ntimeout = 0', /^rig\.toml:2:1: timeout is 0; allowed: a whole number from 1 to 7200/],
    ['[processes]\nWeb = "x"', /^rig\.toml:2:1: "Web" cannot be a name here/],
    ['[processes]\nweb = []', /^rig\.toml:2:1: web is a list; allowed: a non-empty string or a list/],
    ['health = { path = "up" }', /^rig\.toml:1:12: path is "up"/],
    ['[run]\nreadonly = 1', /^rig\.toml:2:1: readonly is 1; allowed: true or false/],
    ['[processes.web]\ncpus = 0', /^rig\.toml:2:1: cpus is 0; allowed: a number above 0/],
    ['[processes.web]\nmemory = "512"', /^rig\.toml:2:1: memory is "512"; allowed: a string that matches/],
    ['[env]\nA = 1', /^rig\.toml:2:1: A is 1; allowed: a string/],
    ['a = 1\n= 2', /^rig\.toml:2:\d+: /],
    ['env = 3', /^rig\.toml:1:1: env is 3; allowed: a table/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)} by its place`, async (test) => {
      await assert.rejects(plan(test, { 'rig.toml': text }), { code: 'invalid_rig_toml', message });
    });
  }
});

const imagesOf = async (test: TestContext, files: Parameters<typeof plan>[1]) =>
  (await plan(test, files)).baseImages;

describe('images that an app is built in and put on', () => {
  it('are those of its language, which may show in its commands alone', async (test) => {
    const major = process.versions.node.split('.')[0];
    const node = { build: `node:${major}`, run: `node:${major}-slim` };
    assert.deepEqual(await imagesOf(test, { 'package.json': { scripts: { start: 'x' } } }), node);
    assert.deepEqual(await imagesOf(test, { Procfile: 'web: node web.js' }), node);
    assert.deepEqual(await imagesOf(test, { 'rig.toml': '[processes]\nweb = ["./run"]' }), {
      build: 'buildpack-deps:bookworm',
      run: 'debian:bookworm-slim',
    });
    assert.equal((await imagesOf(test, { Procfile: 'web: python3 app.py' }))?.run, 'python:3.13-slim');
  });

  it('are none for a site, which is served by rig itself, unless it names one', async (test) => {
    assert.equal((await imagesOf(test, { 'index.html': '' }))?.run, null);
    const said = { 'index.html': '', 'rig.toml': '[run]\nimage = "busybox"' };
    assert.equal((await imagesOf(test, said))?.run, 'busybox');
  });

  it('have limits for processes that are there, whoever names those', async (test) => {
    const toml = '[processes.web]\nmemory = "64M"';
    const made = await plan(test, { 'rig.toml': toml, Procfile: 'web: ./run' });
    assert.deepEqual(made.limits, { web: { memoryBytes: 64 * 2 ** 20, cpus: null } });
    assert.deepEqual(
      made.processes.map(({ name }) => name),
      ['web'],
    );
    await assert.rejects(plan(test, { 'rig.toml': toml, Procfile: 'work: ./run' }), {
      code: 'invalid_rig_toml',
      message: /\[processes\.web\] has limits and no command/,
    });
  });
});

describe('a plan for nothing that is known', () => {
  it('says what was looked for', async (test) => {
    await assert.rejects(plan(test, { 'main.c': '' }), {
      code: 'nothing_detected',
      exitCode: 3,
      message: /rig\.toml: .*\n.*Procfile: .*\n.*package\.json: .*\n.*index\.html/s,
    });
  });

  it('says what a package.json lacks', async (test) => {
    await assert.rejects(plan(test, { 'package.json': {} }), {
      code: 'nothing_detected',
      message: /no start script/,
    });
  });
});
