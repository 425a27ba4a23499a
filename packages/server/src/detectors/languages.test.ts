import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import type { BuildMachine } from './detector.ts';
import { explainPlan, makePlan, type PlanOptions } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { detectors } from './registry.ts';
import { openSourceTree } from './source-tree.ts';

const machineWith = (...programs: string[]): BuildMachine => ({
  nodeVersion: '24.1.0',
  hasProgram: async (name) => programs.includes(name),
  succeeds: async () => programs.includes('venv'),
});
const all = machineWith('npm', 'pnpm', 'yarn', 'python3', 'venv', 'uv', 'go', 'ruby', 'bundle');

type Files = Record<string, string | object>;

async function open(test: TestContext, files: Files) {
  const root = await makeTemporaryFolder(test);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return openSourceTree(root);
}

async function plan(
  test: TestContext,
  files: Files,
  machine = all,
  options: PlanOptions = {},
): Promise<Plan> {
  return makePlan(await open(test, files), machine, detectors, options);
}

const names = (made: Plan): string[] => made.steps.map(({ name }) => name);
const web = (made: Plan): string | undefined => {
  const [first] = made.processes;
  return first !== undefined && 'argv' in first ? first.argv.at(-1) : undefined;
};

describe('a plan for Python', () => {
  it('installs what requirements.txt fixes into a venv that may be moved', async (test) => {
    const made = await plan(test, {
      'requirements.txt': '-r base.txt\ngunicorn==23.0.0 # server\n',
      'base.txt': 'Flask == 3.1.0; python_version > "3"\n',
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    });
    assert.equal(made.detector, 'python');
    assert.deepEqual(names(made), [
      'python3 -m venv .venv',
      'pip install -r requirements.txt',
      'make .venv movable',
    ]);
    assert.equal(web(made), 'gunicorn app:app --bind "$HOST:$PORT"');
    assert.deepEqual(made.caches, [{ name: 'pip', variable: 'PIP_CACHE_DIR' }]);
    assert.deepEqual(made.reuse, {
      inputs: ['requirements.txt', 'base.txt'],
      tools: ['python3'],
      outputs: ['.venv'],
    });
    assert.deepEqual(made.notes, []);
  });

  it('says what requirements.txt leaves open, and reuses nothing then', async (test) => {
    for (const line of ['flask', 'flask>=3', '-e .\nflask==3', './lib', '--find-links=wheels\nflask==3']) {
      const made = await plan(test, { 'requirements.txt': line, 'main.py': '' });
      assert.equal(made.reuse, null, line);
      assert.equal(made.notes.length, line.startsWith('flask') ? 1 : 0, line);
    }
  });

  it('goes by uv.lock', async (test) => {
    const files = {
      'uv.lock': '',
      'pyproject.toml': '[project]\nname = "x"\ndependencies = [\n "fastapi[standard]>=0.1", "uvicorn"]\n',
      'main.py': 'app = FastAPI()\n',
    };
    const made = await plan(test, files);
    assert.deepEqual(names(made), ['uv venv', 'uv sync --frozen --no-dev']);
    assert.equal(web(made), 'uvicorn main:app --host "$HOST" --port "$PORT"');
    assert.deepEqual(made.reuse?.inputs, ['uv.lock', 'pyproject.toml', '.python-version']);
    await assert.rejects(plan(test, files, machineWith('python3', 'venv')), {
      code: 'toolchain_missing',
      message: /uv\.lock, and uv is not installed/,
      hint: /pip install uv/,
    });
  });

  it('runs a Django project by its server, and says when it asks for none', async (test) => {
    const files = { 'manage.py': '', 'shop/wsgi.py': '', 'requirements.txt': 'django==5.0\n' };
    assert.equal(
      web(await plan(test, { ...files, 'requirements.txt': 'django==5.0\ngunicorn==23\n' })),
      'gunicorn shop.wsgi --bind "$HOST:$PORT"',
    );
    await assert.rejects(plan(test, files), { code: 'nothing_detected', message: /add gunicorn/ });
  });

  it('runs a file that needs no package, and names the packages of Debian that are missing', async (test) => {
    const made = await plan(test, { 'server.py': '' });
    assert.deepEqual([names(made), web(made)], [[], 'python3 server.py']);
    await assert.rejects(plan(test, { 'server.py': '' }, machineWith('npm')), {
      code: 'toolchain_missing',
      exitCode: 10,
      hint: /apt-get install python3 python3-venv/,
    });
    await assert.rejects(plan(test, { 'requirements.txt': '', 'app.py': '' }, machineWith('python3')), {
      code: 'toolchain_missing',
      hint: /python3-venv/,
    });
  });

  it('says where pyproject.toml is wrong', async (test) => {
    await assert.rejects(plan(test, { 'pyproject.toml': '[project\n' }), {
      code: 'invalid_input',
      message: /^pyproject\.toml:\d+:\d+: /,
    });
  });

  it('leaves to Node what Node starts', async (test) => {
    const made = await plan(test, {
      'package.json': { scripts: { start: 'node x' } },
      'requirements.txt': 'x==1',
      'app.py': '',
    });
    assert.equal(made.detector, 'node');
  });
});

describe('a plan for Go', () => {
  it('builds the program at the top, or those in cmd/', async (test) => {
    const single = await plan(test, { 'go.mod': 'module example.com/shop\n', 'main.go': '' });
    assert.deepEqual([names(single), web(single)], [['go build -trimpath -o bin/app .'], 'bin/app']);
    const files = { 'go.mod': 'module example.com/shop\n', 'cmd/tool/main.go': '', 'cmd/other/main.go': '' };
    const several = await plan(test, { ...files, 'cmd/shop/main.go': '' });
    assert.deepEqual([names(several), web(several)], [['go build -trimpath -o bin/ ./cmd/...'], 'bin/shop']);
    await assert.rejects(plan(test, files), {
      code: 'nothing_detected',
      message: /Of cmd\/other, cmd\/tool none is called/,
    });
  });

  it('names what to install', async (test) => {
    await assert.rejects(plan(test, { 'go.mod': '' }, machineWith('npm')), {
      code: 'toolchain_missing',
      hint: /golang-go.*go\.dev/,
    });
  });
});

describe('a plan for Ruby', () => {
  it('installs the gems of Gemfile.lock and runs config.ru', async (test) => {
    const made = await plan(test, {
      Gemfile: 'gem "puma"\n',
      'Gemfile.lock': 'GEM\n  specs:\n    puma (6.0)\n',
      'config.ru': '',
    });
    assert.deepEqual(
      [names(made), web(made)],
      [['bundle install'], 'bundle exec puma -b "tcp://$HOST:$PORT"'],
    );
    assert.equal(made.env['BUNDLE_PATH'], 'vendor/bundle');
    assert.deepEqual(made.reuse?.outputs, ['vendor/bundle']);
  });

  it('builds the assets of Rails', async (test) => {
    const lock = 'GEM\n  specs:\n    rails (8.0)\n    propshaft (1.0)\n';
    const made = await plan(test, { Gemfile: '', 'Gemfile.lock': lock, 'config.ru': '' });
    assert.deepEqual(
      [names(made), web(made)],
      [['bundle install', 'rails assets:precompile'], 'bundle exec rails server -b "$HOST" -p "$PORT"'],
    );
  });

  it('names what to install', async (test) => {
    await assert.rejects(plan(test, { Gemfile: '' }, machineWith('ruby')), {
      code: 'toolchain_missing',
      hint: /ruby-bundler/,
    });
  });
});

describe('package managers of Node', () => {
  const app = { scripts: { build: 'x', start: 'y' }, dependencies: { a: '1' }, devDependencies: { b: '1' } };

  it('installs for the build and prunes after it, with each', async (test) => {
    assert.deepEqual(names(await plan(test, { 'package.json': app, 'pnpm-lock.yaml': '' })), [
      'pnpm install --frozen-lockfile',
      'pnpm run build',
      'pnpm prune --prod --ignore-scripts',
    ]);
    assert.deepEqual(names(await plan(test, { 'package.json': app, 'yarn.lock': '# yarn lockfile v1\n' })), [
      'yarn install --frozen-lockfile --non-interactive',
      'yarn run build',
      'yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline --non-interactive',
    ]);
    const modern = await plan(
      test,
      {
        'package.json': app,
        'yarn.lock': '__metadata:\n  version: 8\n',
        '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.cjs\n',
        '.yarn/releases/yarn-4.cjs': '',
      },
      machineWith('npm'),
    );
    assert.deepEqual(names(modern), [
      'yarn install --immutable',
      'yarn run build',
      'yarn workspaces focus --production',
    ]);
    assert.deepEqual(modern.steps[0]?.argv.slice(0, 2), ['node', '.yarn/releases/yarn-4.cjs']);
  });

  it('takes corepack where the source names a version and the program is not there', async (test) => {
    const files = { 'package.json': { ...app, packageManager: 'pnpm@9.1.0+sha512.x' }, 'pnpm-lock.yaml': '' };
    const made = await plan(test, files, machineWith('npm', 'corepack'));
    assert.deepEqual(made.steps[0]?.argv.slice(0, 2), ['corepack', 'pnpm']);
    assert.deepEqual(
      made.caches.map(({ name }) => name),
      ['pnpm', 'corepack'],
    );
    assert.deepEqual((await plan(test, files)).steps[0]?.argv[0], 'pnpm');
  });

  it('says that npm takes the place of one that is named and has no lockfile', async (test) => {
    const made = await plan(test, { 'package.json': { ...app, packageManager: 'pnpm@9.1.0' } });
    assert.deepEqual(names(made).slice(0, 1), ['npm install']);
    assert.match(made.notes.join(), /names pnpm, but there is no lockfile/);
  });

  it('says which Node it gets', async (test) => {
    const of = (node: string) =>
      plan(test, { 'package.json': { main: 'a.js', engines: { node } }, 'a.js': '' });
    assert.deepEqual((await of('>=20')).notes, []);
    assert.deepEqual((await of('20.x')).notes, [
      'package.json asks for Node 20.x; it is built and run with the Node of the platform, 24.1.0.',
    ]);
    assert.match((await of('latest!')).notes.join(), /is not a range/);
  });
});

describe('a source of several apps', () => {
  const workspaces: Files = {
    'package.json': { workspaces: ['packages/*', '!packages/old', 'services/**'] },
    'package-lock.json': {},
    'packages/lib/package.json': { name: 'lib' },
    'packages/old/package.json': { name: 'old' },
    'services/shop/api/package.json': {
      name: 'api',
      scripts: { start: 'node .' },
      dependencies: { lib: '*' },
    },
  };

  it('is installed at the top of its workspaces, and built and run in the folder of the app', async (test) => {
    const made = await plan(test, workspaces, all, { root: 'services/shop/api' });
    assert.equal(made.root, 'services/shop/api');
    assert.deepEqual(
      made.steps.map(({ folder, name }) => [folder, name]),
      [['.', 'npm ci --omit=dev']],
    );
    assert.deepEqual(made.reuse?.outputs, [
      'node_modules',
      'services/shop/api/node_modules',
      'packages/lib/node_modules',
    ]);
    assert.ok(
      made.reuse?.inputs.includes('packages/lib/package.json') &&
        made.reuse.inputs.includes('package-lock.json'),
    );
  });

  it('finds the app by root in rig.toml, and the settings nearest to it', async (test) => {
    const top = 'root = "services/shop/api"\ndrain = 3\n';
    const made = await plan(test, { ...workspaces, 'rig.toml': top });
    assert.deepEqual([made.root, made.drainSeconds, made.notes], ['services/shop/api', 3, []]);
    const nearer = await plan(test, {
      ...workspaces,
      'rig.toml': top,
      'services/shop/api/rig.toml': 'drain = 4\n',
    });
    assert.equal(nearer.drainSeconds, 4);
    assert.match(nearer.notes.join(), /services\/shop\/api\/rig\.toml is read/);
  });

  it('reads the patterns of pnpm', async (test) => {
    const made = await plan(
      test,
      {
        'pnpm-workspace.yaml': 'packages:\n  # apps\n  - "apps/*"\n\ncatalog: {}\n',
        'pnpm-lock.yaml': '',
        'package.json': {},
        'apps/web/package.json': { scripts: { start: 'x' } },
      },
      all,
      { root: 'apps/web' },
    );
    assert.deepEqual(
      made.steps.map(({ folder, name }) => [folder, name]),
      [['.', 'pnpm install --frozen-lockfile --prod']],
    );
  });

  it('stands alone with a lockfile of its own, and in no workspace', async (test) => {
    const app = { scripts: { start: 'x' }, dependencies: { a: '1' } };
    const own = await plan(
      test,
      { ...workspaces, 'other/package.json': app, 'other/package-lock.json': {} },
      all,
      { root: 'other' },
    );
    assert.deepEqual([own.steps[0]?.folder, names(own)], [undefined, ['npm ci --omit=dev']]);
    assert.deepEqual(own.reuse?.inputs, ['other/package.json', 'other/package-lock.json', 'other/.npmrc']);
    const none = await plan(test, { ...workspaces, 'other/package.json': app }, all, { root: 'other' });
    assert.deepEqual(names(none), ['npm install --omit=dev']);
  });

  it('says when there is no such folder', async (test) => {
    await assert.rejects(plan(test, workspaces, all, { root: 'services/nope' }), {
      code: 'source_folder_not_found',
      exitCode: 3,
      message: /--path services\/nope/,
    });
    await assert.rejects(plan(test, { 'rig.toml': 'root = "nope"' }), {
      code: 'source_folder_not_found',
      message: /root = "nope"/,
    });
    await assert.rejects(plan(test, { 'rig.toml': 'root = "../x"' }), { code: 'invalid_rig_toml' });
  });
});

describe('an explanation', () => {
  it('has a verdict with its reason of every detector', async (test) => {
    const source = await open(test, {
      Dockerfile: '',
      Procfile: 'web: ./x\n',
      'requirements.txt': 'a==1\n',
      'app.py': '',
    });
    const { plan: made, verdicts } = await explainPlan(source, all, detectors);
    assert.deepEqual(
      verdicts.map(({ detector, gives, verdict }) => [detector, verdict, gives]),
      [
        ['rig.toml', 'missed', []],
        ['procfile', 'used', ['processes']],
        ['dockerfile', 'missed', []],
        ['ruby', 'missed', []],
        ['python', 'used', ['steps']],
        ['go', 'not-asked', []],
        ['node', 'not-asked', []],
        ['static', 'not-asked', []],
      ],
    );
    assert.ok(verdicts.every(({ evidence }) => evidence.length > 0));
    assert.match(made?.notes.join() ?? '', /^The Dockerfile is not used: this platform runs programs/);
    // Where it runs images the Dockerfile is the whole build.
    const imaged = await explainPlan(source, { ...all, images: true }, detectors);
    assert.equal(imaged.plan?.detector, 'dockerfile');
    assert.deepEqual(imaged.plan?.image, { dockerfile: 'Dockerfile', context: '.', target: null, args: {} });
    assert.deepEqual(imaged.plan?.processes, made?.processes);
    assert.deepEqual(imaged.plan?.steps, []);
  });

  it('has the reason why there is no plan', async (test) => {
    const missing = await explainPlan(await open(test, { 'go.mod': '' }), machineWith('npm'), detectors);
    assert.equal(missing.failure?.code, 'toolchain_missing');
    assert.deepEqual(missing.verdicts.at(-1), {
      detector: 'go',
      verdict: 'failed',
      evidence: ['The source has a go.mod, and go is not installed where the platform builds.'],
      gives: [],
    });
    const docker = await explainPlan(await open(test, { Dockerfile: '' }), all, detectors);
    assert.match(docker.failure?.message ?? '', /The Dockerfile is not used/);
  });

  it('takes a Dockerfile as rig.toml says', async (test) => {
    const images = { ...all, images: true };
    const made = async (toml: string, machine: BuildMachine = images) =>
      await explainPlan(
        await open(test, {
          'rig.toml': toml,
          'web/Dockerfile.prod': '',
          Dockerfile: '',
          'package.json': '{"scripts":{"start":"x"}}',
        }),
        machine,
        detectors,
      );
    const settings =
      '[build]\ndockerfile = "web/Dockerfile.prod"\ncontext = "web"\ntarget = "run"\nargs = { A = "b" }\n';
    assert.deepEqual((await made(settings)).plan?.image, {
      dockerfile: 'web/Dockerfile.prod',
      context: 'web',
      target: 'run',
      args: { A: 'b' },
    });
    assert.equal((await made('port = 3000\n')).plan?.port, 3000);
    const codes = async (toml: string, machine?: BuildMachine) =>
      (await made(toml, machine)).failure?.code ?? null;
    assert.equal(await codes(settings, all), 'images_not_supported');
    assert.equal(await codes('[build]\ndockerfile = "nosuch"\n'), 'dockerfile_not_found');
    assert.equal(
      await codes('[build]\ndockerfile = "Dockerfile"\ncontext = "nosuch"\n'),
      'source_folder_not_found',
    );
    assert.equal(await codes('[build]\ndockerfile = "Dockerfile"\ncommand = "make"\n'), 'invalid_rig_toml');
    // Another way to build that is said wins over a Dockerfile that is only there.
    for (const other of [
      '[build]\ndetector = "node"\n',
      '[build]\ncommand = "make"\n[processes]\nweb = "x"\n',
    ])
      assert.equal((await made(other)).plan?.image, undefined, other);
  });
});
