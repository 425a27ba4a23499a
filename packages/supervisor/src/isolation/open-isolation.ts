import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { IsolationReport, SupervisorConfig } from '@rig-ops/contract/supervisor';
import { AppAccounts } from './app-accounts.ts';
import { chooseUidRange } from './choose-uid-range.ts';
import { Isolation } from './isolation.ts';
import type { Launcher } from './launcher.ts';
import { probe } from './probe.ts';
import { foldersOfPrograms } from './shown-programs.ts';
import { real, View } from './view.ts';
import { filesOfUser } from './files-of-user.ts';

/** What isolation there is, or why there is none. */
export type OpenedIsolation = { isolation: Isolation | null } & Pick<IsolationReport, 'why' | 'fix'>;

/** Who is asked for these gives away the machine. */
const DAEMON_SOCKETS = ['/run/docker.sock', '/run/containerd/containerd.sock', '/run/podman/podman.sock'];

/** Makes the best isolation that this machine lets this process have, by trying it. */
export async function openIsolation(
  config: SupervisorConfig,
  layout: PlatformLayout,
  launcher: Launcher | null,
): Promise<OpenedIsolation> {
  if (config.isolation === 'off' || isSwitchedOff(layout.isolation))
    return without('it is switched off', `Remove ${layout.isolation}.`);
  if (process.platform !== 'linux') return without(`on ${process.platform} rig has none`, null);
  if (launcher === null)
    return without('there is no Perl, which enters it', 'Install Perl: apt install perl-base');
  const isRoot = process.getuid?.() === 0;
  const isolation = isRoot ? byUser(config, layout, launcher) : byNamespace(config, layout, launcher);
  if (isolation === null) return without('no range of user ids is free for apps', null);
  const failure = await probe(isolation, config, layout);
  return failure === null ? { isolation, why: null, fix: null } : { isolation: null, ...failure };
}

const without = (why: string, fix: string | null): OpenedIsolation => ({ isolation: null, why, fix });

function byUser(config: SupervisorConfig, layout: PlatformLayout, launcher: Launcher): Isolation | null {
  const { node, baseEnvironment } = config;
  const range = chooseUidRange(layout.root);
  if (range === null && !existsSync(layout.appUids)) return null;
  const programs = foldersOfPrograms(baseEnvironment['PATH'] ?? '', node);
  const view = View.ofStrangers([layout.root, ...programs]);
  return new Isolation({
    kind: 'users',
    launcher,
    view,
    folder: layout.isolated,
    accounts: new AppAccounts(layout.appUids, () => range ?? { first: 0, count: 0 }),
    programs,
    files: filesOfUser(baseEnvironment),
    userTmp: baseEnvironment['TMPDIR'],
    masks: [],
  });
}

function byNamespace(config: SupervisorConfig, layout: PlatformLayout, launcher: Launcher): Isolation {
  const { node, baseEnvironment, rigHome } = config;
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.()}`;
  const homes = [homedir(), baseEnvironment['HOME'] ?? homedir()];
  return new Isolation({
    kind: 'namespaces',
    launcher,
    view: View.ofSameUser([...homes, rigHome, layout.root, layout.sockets, runtime]),
    folder: layout.isolated,
    accounts: null,
    programs: foldersOfPrograms(baseEnvironment['PATH'] ?? '', node),
    files: filesOfUser(baseEnvironment),
    userTmp: baseEnvironment['TMPDIR'],
    masks: [...new Set(DAEMON_SOCKETS.filter((path) => existsSync(path)).map(real))],
  });
}

/** `{"isolation": "off"}` in the user's file. One that cannot be understood switches nothing off. */
function isSwitchedOff(path: string): boolean {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { isolation?: unknown }).isolation === 'off';
  } catch {
    return false;
  }
}
