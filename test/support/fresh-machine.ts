import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Registry } from './registry.ts';
import { collect, type Outcome, repository } from './rig.ts';

/** Of the machine, for packages that are not rig's: where they come from and what was fetched before. */
function machineNpm(): { registry: string; globalconfig: string; settings: string } {
  const said = execFileSync('npm', ['config', 'get', 'registry', 'globalconfig'], {
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(said)?.[1] ?? '';
  const file = join(homedir(), '.npmrc');
  const [registry, globalconfig] = [value('registry'), value('globalconfig')];
  return { registry, globalconfig, settings: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

/**
 * A machine of somebody who has Node and npm, and a registry that has every package of rig as it is
 * published. Commands are typed into bash one by one; `cd` lasts.
 */
export class FreshMachine {
  readonly registry: Registry;
  readonly folder = mkdtempSync(join(tmpdir(), 'rig-machine-'));
  readonly rigHome = join(this.folder, 'rig');
  readonly #env: Record<string, string>;
  #cwd = this.folder;

  private constructor(registry: Registry) {
    this.registry = registry;
    const tools = join(this.folder, 'tools');
    mkdirSync(tools);
    symlinkSync(process.execPath, join(tools, 'node'));
    symlinkSync(join(repository, 'node_modules', 'npm', 'bin', 'npm-cli.js'), join(tools, 'npm'));
    const machine = machineNpm();
    const scopes = ['@rig-ops', '@acme'].map((scope) => registry.npmrc(scope));
    writeFileSync(join(this.folder, '.npmrc'), [machine.settings, ...scopes].join('\n'));
    const prefix = join(this.folder, 'global');
    const system = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.includes('node_modules'));
    this.#env = {
      ...reachability(),
      PATH: [join(prefix, 'bin'), tools, ...system].join(delimiter),
      HOME: this.folder,
      LANG: 'C.UTF-8',
      RIG_HOME: this.rigHome,
      // An agent would outlive the test.
      RIG_AGENT: 'off',
      npm_config_prefix: prefix,
      npm_config_registry: machine.registry,
      npm_config_globalconfig: machine.globalconfig,
      npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    };
  }

  static async start(): Promise<FreshMachine> {
    const registry = await Registry.start();
    const staging = mkdtempSync(join(tmpdir(), 'rig-staged-'));
    try {
      const script = join(repository, 'scripts', 'stage-packages.mjs');
      execFileSync(process.execPath, [script, staging], { stdio: ['ignore', 'ignore', 'inherit'] });
      writeFileSync(join(staging, 'package.json'), JSON.stringify({ private: true, workspaces: ['*'] }));
      await registry.npm(['publish', '--workspaces', '--ignore-scripts', '--prefix', staging]);
    } catch (error) {
      await registry.close();
      throw error;
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
    return new FreshMachine(registry);
  }

  /** Types a line; answers what was said and how it ended. */
  async type(line: string, env: Record<string, string> = {}): Promise<Outcome> {
    const where = join(this.folder, 'where');
    const script = `cd "$1" || exit 1\n${line}\nended=$?\npwd > "$2"\nexit "$ended"`;
    const child = spawn('bash', ['-c', script, 'bash', this.#cwd, where], {
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const outcome = await collect(child);
    this.#cwd = readFileSync(where, 'utf8').trimEnd();
    return outcome;
  }

  async close(): Promise<void> {
    if (existsSync(join(this.rigHome, 'platform'))) await this.type('rig platform stop');
    await this.registry.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What reaching a package registry may need on this machine. */
function reachability(): Record<string, string> {
  const names = /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(HTTPS?|NO)_PROXY|NPM_CONFIG_CAFILE)$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name, value]) => names.test(name) && value !== undefined),
  ) as Record<string, string>;
}
