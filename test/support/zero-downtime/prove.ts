import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processesOf, type User } from '../rig.ts';
import { judge } from './judge.ts';
import { Load } from './load.ts';
import type { LoadReport } from './load-report.ts';

export const APP = 'steady';

export interface ProofOptions {
  deploys: number;
  rollbacks: number;
  drainSeconds: number;
  /** Called when a release has answered for the first time: where a test does harm. */
  onRelease?: (release: number) => void;
  log?: (text: string) => void;
  /** More of its rig.toml: where it runs. */
  manifest?: string;
}

export interface Proof {
  report: LoadReport;
  faults: string[];
}

interface Switched {
  url: string;
  release: { version: number };
}

/** The source of the app, with `ws` in it, so that nothing has to be installed. */
export function makeSource(user: User, drainSeconds: number, manifest = ''): string {
  const source = user.source(APP, {
    'rig.toml': `app = "${APP}"\ndrain = ${drainSeconds}\n${manifest}\n[processes]\nweb = "node app.js"\n`,
    'app.js': readFileSync(fileURLToPath(new URL('app.js', import.meta.url)), 'utf8'),
    'content.txt': '0',
  });
  const ws = dirname(createRequire(import.meta.url).resolve('ws/package.json'));
  cpSync(ws, join(source, 'vendor', 'ws'), { recursive: true });
  return source;
}

/** Deploys and rolls back by turns under load; the app is deployed once before. */
export async function proveZeroDowntime(user: User, options: ProofOptions): Promise<Proof> {
  const { deploys, rollbacks, drainSeconds, onRelease, log = () => undefined, manifest } = options;
  const source = makeSource(user, drainSeconds, manifest);
  const first = await user.json<Switched>(['deploy', source, '--yes']);
  const releases = [first.release.version];
  const load = new Load(first.url);
  if (onRelease !== undefined) load.onRelease = onRelease;
  try {
    await load.untilSeen(first.release.version);
    for (let turn = 0; turn < Math.max(deploys, rollbacks); turn += 1) {
      for (const kind of ['deploy', 'rollback'] as const) {
        if (turn >= (kind === 'deploy' ? deploys : rollbacks)) continue;
        writeFileSync(join(source, 'content.txt'), String(turn));
        const { release } = await user.json<Switched>(
          kind === 'deploy' ? ['deploy', source] : ['rollback', '--app', APP],
        );
        releases.push(release.version);
        await load.untilSeen(release.version);
        log(`${kind}: v${release.version} is live`);
      }
    }
    const report = await load.end();
    return { report, faults: judge(report, { releases, drainSeconds }) };
  } finally {
    load.kill();
  }
}

/** Processes of one release of the app. */
export function processesOfRelease(user: User, release: number): number[] {
  return processesOf(user.home).filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return environment.includes(`RIG_APP=${APP}`) && environment.includes(`RIG_RELEASE=${release}`);
    } catch {
      return false;
    }
  });
}
