import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { IsolationReport, SupervisorConfig } from '@rig-ops/contract/supervisor';
import { spawnProgram } from '../proc/spawn-program.ts';
import type { Isolation } from './isolation.ts';

/** Nothing that an app is named. */
const APP = 'probe';

/** What an app must find and must not find; each line is a reason why there is no isolation. */
const SCRIPT = `
[ -e "$1" ] && echo "the platform's files can be seen in it"
[ -e "/proc/$2" ] && echo "the platform's processes can be seen in it"
[ -x "$3" ] || echo "Node ($3) cannot be run in it"
echo held > held || echo "nothing can be written in it"
exit 0`;

type Failure = Pick<IsolationReport, 'why' | 'fix'> & { why: string };

/** Runs a program as one of an app; answers what is wrong with that. */
export async function probe(
  isolation: Isolation,
  config: SupervisorConfig,
  layout: PlatformLayout,
): Promise<Failure | null> {
  const folder = join(layout.isolated, APP, 'own');
  const output = join(layout.isolated, APP, 'output');
  const fix = fixFor(isolation);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const place = { appId: APP, own: [folder] };
    await isolation.settle(place);
    const argv = ['/bin/sh', '-c', SCRIPT, 'probe', layout.lock, String(process.pid), config.node];
    const program = isolation.enclose({ argv, cwd: folder, env: { PATH: '/usr/bin:/bin' } }, place);
    const fd = openSync(output, 'w', 0o600);
    const started = await spawnProgram(program, ['ignore', fd, fd]).finally(() => closeSync(fd));
    if ('startError' in started) return { why: started.startError, fix };
    const { exitCode } = await started.ended;
    const said = readFileSync(output, 'utf8').trim().split('\n').filter(Boolean);
    if (exitCode === 0 && said.length === 0) return null;
    return { why: said.join('; ') || `a program ended with ${exitCode} in it`, fix: null };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error), fix };
  } finally {
    rmSync(join(layout.isolated, APP), { recursive: true, force: true });
  }
}

const fixFor = ({ kind }: Isolation): string =>
  kind === 'users'
    ? 'It takes Linux 5.12 and, in a container, the right to mount: CAP_SYS_ADMIN.'
    : 'It takes Linux 5.12 and user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or a platform that root starts.';
