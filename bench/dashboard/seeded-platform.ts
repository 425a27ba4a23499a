import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SeededSettings } from './seeded-rigd.ts';

const DEFAULTS = { apps: 50, instancesPerApp: 10, releasesPerApp: 12, events: 500, broken: 0 };
const START_PATIENCE_MS = 60_000;

/** The version of this command line: of another, it would say that the platform is another. */
const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** A platform of fifty apps and five hundred instances, as rigd serves it; see seeded-rigd.ts for what is real of it. */
export class SeededPlatform {
  readonly rigHome: string;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Of the owner. */
  readonly token: string;
  /** Of rigd. */
  readonly pid: number;
  readonly #child: ChildProcess;

  private constructor(rigHome: string, url: string, child: ChildProcess) {
    this.rigHome = rigHome;
    this.url = url;
    this.token = readFileSync(join(rigHome, 'platform', 'token'), 'utf8').trim();
    this.pid = child.pid ?? 0;
    this.#child = child;
  }

  static async start(settings: Partial<Omit<SeededSettings, 'version'>> = {}): Promise<SeededPlatform> {
    const rigHome = mkdtempSync(join(tmpdir(), 'rig-seeded-'));
    const run = (does: 'seed' | 'serve') =>
      fork(
        fileURLToPath(new URL('seeded-rigd.ts', import.meta.url)),
        [does, rigHome, JSON.stringify({ ...DEFAULTS, ...settings, version })],
        { execArgv: ['--conditions=rig-source'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
      );
    const [code] = (await once(run('seed'), 'exit')) as [number | null];
    if (code !== 0) throw new Error('the platform could not be seeded');
    const child = run('serve');
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the seeded rigd has ended')));
    const [ready] = (await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(START_PATIENCE_MS) }),
      ended,
    ])) as [{ url: string }];
    ended.catch(() => undefined);
    child.disconnect();
    return new SeededPlatform(rigHome, ready.url, child);
  }

  /** What a command line needs to find it. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, RIG_HOME: this.rigHome, RIG_AGENT: 'off' };
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.rigHome, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** `node bench/dashboard/seeded-platform.ts ['{"broken":3}']` runs one until Ctrl-C, to look at. */
if (import.meta.main) {
  const platform = await SeededPlatform.start(JSON.parse(process.argv[2] ?? '{}') as Partial<SeededSettings>);
  console.log(`export RIG_HOME=${platform.rigHome}\n# ${platform.url} · Ctrl-C ends it`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await platform.close();
}
