import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { load } from 'js-yaml';
import { FreshMachine } from '../support/fresh-machine.ts';
import { collect, describe as tell, type Outcome, repository, User } from '../support/rig.ts';

interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
}
interface Workflow {
  on: Record<string, unknown>;
  env: Record<string, string>;
  jobs: Record<string, { if: string; 'runs-on': string; concurrency?: string; steps: Step[] }>;
}
interface GitLabJob {
  stage: string;
  rules: { if: string }[];
  script: string[];
  after_script?: string[];
  allow_failure?: { exit_codes: number };
}
interface Pipeline {
  stages: string[];
  default: { image: string; before_script: string[] };
  plan: GitLabJob;
  deploy: GitLabJob;
}

const page = readFileSync(join(repository, 'docs', 'ci.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text ?? '');
const shellBlocks = blocks('sh');
const [account = '', rotation = '', install = '', script = '', reading = ''] = shellBlocks;
const yamlBlocks = blocks('yaml');
const workflow = load(yamlBlocks[0] ?? '') as Workflow;
const pipeline = load(yamlBlocks[1] ?? '') as Pipeline;

const JOB_KEYS = 'stage rules script after_script allow_failure resource_group environment'.split(' ');
const onlyKeys = (what: object, keys: readonly string[]) =>
  assert.deepEqual(
    Object.keys(what).filter((key) => !keys.includes(key)),
    [],
  );

test('the page has what is run below, and its YAML is what both systems take', () => {
  assert.deepEqual([shellBlocks.length, yamlBlocks.length], [5, 2], 'a block that no test runs');
  onlyKeys(workflow, ['name', 'on', 'permissions', 'env', 'jobs']);
  assert.deepEqual(Object.keys(workflow.on), ['pull_request', 'push']);
  for (const job of Object.values(workflow.jobs)) {
    onlyKeys(job, ['if', 'runs-on', 'concurrency', 'steps']);
    assert.equal(typeof job['runs-on'], 'string');
    for (const step of job.steps) {
      onlyKeys(step, ['name', 'id', 'if', 'uses', 'with', 'run']);
      assert.equal([step.uses, step.run].filter((each) => typeof each === 'string').length, 1);
    }
  }
  onlyKeys(pipeline, ['stages', 'default', 'plan', 'deploy']);
  onlyKeys(pipeline.default, ['image', 'before_script']);
  for (const job of [pipeline.plan, pipeline.deploy]) {
    onlyKeys(job, JOB_KEYS);
    assert.ok(pipeline.stages.includes(job.stage));
    const lines = [...pipeline.default.before_script, ...job.script, ...(job.after_script ?? [])];
    assert.ok(lines.every((line) => typeof line === 'string'));
  }
});

const INSTALL = 'npm install --global @rig-ops/cli';

const smokeTest = `const page = await (await fetch(process.argv[2])).text();
if (!page.includes('works')) throw new Error('It does not work: ' + page);
`;

describe('docs/ci.md, line by line', { concurrency: 1, timeout: 280_000 }, () => {
  /** Who has the platform. */
  const owner = new User();
  /** Where the pipeline runs. */
  let machine: FreshMachine;
  let checkout: string;
  let temporary: string;
  let secrets: Record<string, string> = {};
  let isInstalled = false;

  before(async () => {
    machine = await FreshMachine.start();
    checkout = join(machine.folder, 'checkout');
    temporary = join(machine.folder, 'temporary');
    for (const folder of [checkout, temporary]) mkdirSync(folder);
    writeFileSync(join(checkout, 'smoke-test.mjs'), smokeTest);
    const PATH = `${join(repository, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
    const pack = [join(repository, 'scripts', 'pack-packages.mjs'), join(checkout, 'rig-packages')];
    execFileSync(process.execPath, pack, { stdio: 'ignore', env: { ...process.env, PATH } });
    const tools = join(owner.folder, 'tools');
    mkdirSync(tools);
    symlinkSync(join(repository, 'bin', 'run.js'), join(tools, 'rig'));
    symlinkSync(process.execPath, join(tools, 'node'));
    commit('works: one');
  });
  after(async () => {
    await machine.close();
    await owner.close();
  });

  /** What is in the repository that is deployed. */
  const commit = (text: string) =>
    writeFileSync(join(checkout, 'index.html'), `<!doctype html><title>${text}</title>\n`);

  /** Runs lines in one shell that ends at the first that fails, in a folder. */
  async function run(
    lines: string,
    { folder, shell = 'bash -e', env = {} }: { folder: string; shell?: string; env?: Record<string, string> },
  ): Promise<Outcome> {
    const file = join(temporary, 'step');
    // What is there is not installed again: only a real machine is a new one each time.
    const again = isInstalled && lines.includes(INSTALL);
    writeFileSync(file, again ? lines.replace(INSTALL, 'rig version') : lines);
    if (lines.includes(INSTALL)) isInstalled = true;
    return machine.type(`cd ${folder} && ${shell} ${file}`, env);
  }

  async function succeeds(lines: string, options: Parameters<typeof run>[1]): Promise<Outcome> {
    const outcome = await run(lines, options);
    assert.equal(outcome.code, 0, tell([lines], outcome));
    return outcome;
  }

  /** Types lines where the platform is administered. */
  async function administer(lines: string): Promise<Outcome> {
    const child = spawn('bash', ['-ec', lines], {
      cwd: owner.sources,
      env: {
        PATH: `${join(owner.folder, 'tools')}:${process.env.PATH ?? ''}`,
        HOME: owner.folder,
        LANG: 'C.UTF-8',
        RIG_HOME: owner.home,
        RIG_AGENT: 'off',
        RIG_CREDENTIAL_STORE: 'file',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return collect(child);
  }

  async function administered(lines: string): Promise<string> {
    const outcome = await administer(lines);
    assert.equal(outcome.code, 0, tell([lines], outcome));
    return outcome.stdout.trim();
  }

  /** As in a pipeline: another home, and nothing but the two secrets. */
  const job = () => ({ CI: 'true', RIG_HOME: join(machine.folder, 'ci-home'), ...secrets });

  async function live(): Promise<string> {
    return (await fetch(await administered('rig apps info shop --query url'))).text();
  }

  /** Runs a job of the workflow; `uses` aside, which bring Node and the checkout. */
  async function runJob(
    name: string,
  ): Promise<{ failedAt: string | undefined; ran: string[]; said: string }> {
    const outcomes: Record<string, string> = {};
    const outputs: Record<string, string> = {};
    const ran: string[] = [];
    let failedAt: string | undefined;
    let said = '';
    const isDue = (condition: string | undefined): boolean => {
      if (condition === undefined) return failedAt === undefined;
      const [first, second] = condition.split(' && ');
      assert.equal(first, 'failure()');
      if (second === undefined) return failedAt !== undefined;
      const [, id = ''] = /^steps\.(\w+)\.outcome == 'success'$/.exec(second) ?? assert.fail(second);
      return failedAt !== undefined && outcomes[id] === 'success';
    };
    const fill = (text: string) =>
      text.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, path: string) => {
        const [where, key = '', , output = ''] = path.split('.');
        const value = where === 'secrets' ? secrets[key] : outputs[`${key}.${output}`];
        return value ?? assert.fail(`nothing for ${path}`);
      });
    for (const step of workflow.jobs[name]?.steps ?? assert.fail(name)) {
      if (step.run === undefined || !isDue(step.if)) continue;
      const files = {
        GITHUB_OUTPUT: join(temporary, 'output'),
        GITHUB_STEP_SUMMARY: join(temporary, 'summary'),
      };
      for (const file of Object.values(files)) writeFileSync(file, '');
      const env = Object.fromEntries(Object.entries(workflow.env).map(([key, text]) => [key, fill(text)]));
      const outcome = await run(fill(step.run), {
        folder: checkout,
        env: { ...job(), ...env, ...files, RUNNER_TEMP: temporary, GITHUB_SHA: 'c0ffee' },
      });
      const id = step.id ?? step.name ?? step.run;
      ran.push(id);
      said += outcome.stdout + outcome.stderr;
      outcomes[id] = outcome.code === 0 ? 'success' : 'failure';
      if (outcome.code !== 0) failedAt ??= id;
      for (const line of readFileSync(files.GITHUB_OUTPUT, 'utf8').trim().split('\n')) {
        const at = line.indexOf('=');
        if (at > 0) outputs[`${id}.${line.slice(0, at)}`] = line.slice(at + 1);
      }
    }
    return { failedAt, ran, said: `${said}\n${JSON.stringify(outputs)}` };
  }

  /** Runs a job of the pipeline as a runner does: one shell, and another one afterwards. */
  async function runPipelineJob({ script: lines, after_script: afterwards = [] }: GitLabJob) {
    const env = { ...job(), CI_COMMIT_SHA: 'c0ffee' };
    const shell = 'bash -eo pipefail';
    const whole = [...pipeline.default.before_script, ...lines].join('\n');
    const outcome = await run(whole, { folder: checkout, shell, env });
    const CI_JOB_STATUS = outcome.code === 0 ? 'success' : 'failed';
    const last = await run(afterwards.join('\n'), {
      folder: checkout,
      shell,
      env: { ...env, CI_JOB_STATUS },
    });
    assert.equal(last.code, 0, tell(afterwards, last));
    return { ...outcome, last };
  }

  test('an account that may deploy one app, and its token', async () => {
    for (const line of account.trim().split('\n')) {
      const outcome = await administer(line);
      if (outcome.code === 5 && /role_not_isolated/.test(outcome.stderr)) {
        assert.match(page, /`rig access grant ci deployer platform`/);
        await administered('rig access grant ci deployer platform');
      } else assert.equal(outcome.code, 0, tell([line], outcome));
    }
    const token = readFileSync(join(owner.sources, 'token'), 'utf8').trim();
    secrets = { RIG_URL: await administered('rig status --query platform.url'), RIG_TOKEN: token };
    await succeeds(INSTALL, { folder: checkout });
    const { stdout: who } = await succeeds('rig whoami --query user', { folder: checkout, env: job() });
    assert.equal(who.trim(), 'ci');
  });

  test('GitHub Actions: a plan, a deploy, no change, and one that is taken back', async () => {
    const plan = await runJob('plan');
    assert.equal(plan.failedAt, undefined, plan.said);
    assert.match(plan.said, /"plan.changes":"yes"/);
    const deploy = await runJob('deploy');
    assert.equal(deploy.failedAt, undefined, deploy.said);
    assert.match(await live(), /works: one/);
    assert.match((await runJob('plan')).said, /"plan.changes":"no"/);
    commit('broken');
    const broken = await runJob('deploy');
    assert.equal(broken.failedAt, 'Try it', broken.said);
    assert.deepEqual(broken.ran.slice(-2), ['What the app and its build said', 'Take it back']);
    assert.match(await live(), /works: one/);
  });

  test('GitLab CI: a plan with changes is a warning, a deploy goes live, and one that does not work is taken back', async () => {
    const plan = await runPipelineJob(pipeline.plan);
    assert.equal(plan.code, pipeline.plan.allow_failure?.exit_codes, tell(['plan'], plan));
    commit('works: two');
    const deploy = await runPipelineJob(pipeline.deploy);
    assert.equal(deploy.code, 0, tell(['deploy'], deploy));
    assert.equal(deploy.last.stdout, '');
    assert.match(await live(), /works: two/);
    commit('broken');
    const broken = await runPipelineJob(pipeline.deploy);
    assert.notEqual(broken.code, 0);
    assert.match(broken.stderr, /It does not work/);
    assert.match(await live(), /works: two/);
  });

  test('a plain shell: from packages in a folder, to the same ends', async () => {
    await succeeds('npm uninstall --global @rig-ops/cli', { folder: checkout });
    await succeeds(install, { folder: checkout });
    const deploy = () => run(script, { folder: checkout, shell: 'sh', env: job() });
    commit('works: three');
    const deployed = await deploy();
    assert.equal(deployed.code, 0, tell(['deploy.sh'], deployed));
    assert.match(deployed.stdout, /shop is on release \d+\./);
    assert.match(await live(), /works: three/);
    assert.match((await deploy()).stdout, /Nothing would change/);
    commit('broken');
    const broken = await deploy();
    assert.equal(broken.code, 1, tell(['deploy.sh'], broken));
    assert.match(broken.stderr, /Back on the release before/);
    assert.match(await live(), /works: three/);
    for (const stray of ['plan.txt', 'deploy.json', 'rollback.json'])
      assert.ok(!existsSync(join(checkout, stray)), `${stray} would be deployed with the next release`);
  });

  test('what a program reads, and a token that is replaced', async () => {
    for (const line of reading.trim().split('\n')) await succeeds(line, { folder: checkout, env: job() });
    await administered(rotation);
    const old = await run('rig whoami', { folder: checkout, env: job() });
    assert.equal(old.code, 4, tell(['the token that was revoked'], old));
    secrets.RIG_TOKEN = readFileSync(join(owner.sources, 'token'), 'utf8').trim();
    await succeeds('rig whoami', { folder: checkout, env: job() });
  });
});
