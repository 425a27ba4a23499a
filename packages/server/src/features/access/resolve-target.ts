import type { Access, Verb } from '@rig-ops/contract/access';
import { RigError } from '@rig-ops/contract/errors';
import type { AppRecord } from '../apps/app-store.ts';
import { parseTarget, PLATFORM, type Target } from './target.ts';
import type { TargetDirectory } from './target-directory.ts';

/** What a request names: parameters of its path or channel, or fields of its body. May not have been checked. */
export type Names = Readonly<Record<string, unknown>>;

export type TargetSource = Extract<Access, object>['on'];

interface Resolved {
  readonly target: Target;
  /** What is said of the target to whom it is not to be known; the same that is said when it is not there. */
  readonly unknown: () => RigError;
  /** Whose session it is about, and the verb that begins such a one. */
  readonly session?: { readonly userId: string; readonly beganBy: Verb };
}

const DEFAULT_NETWORK = 'default';

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, 200) : undefined;

const noApp = (name: string) => new RigError('app_not_found', `There is no app named ${name}.`);
const thePlatform: Resolved = {
  target: PLATFORM,
  unknown: () => new RigError('not_found', 'There is no platform.'),
};
const noNetwork = (name: string) => new RigError('network_not_found', `There is no network named ${name}.`);

const targetOfApp = ({ id, name, network }: AppRecord): Target => ({ kind: 'app', id, app: name, network });

/**
 * Finds what a request is about.
 * @throws RigError a `…_not_found` when it is not there, `invalid_input` when nothing is named
 */
export async function resolveTarget(
  source: Exclude<TargetSource, 'each'>,
  names: Names,
  directory: TargetDirectory,
): Promise<Resolved> {
  if (source === 'app') return resolveApp(names, directory);
  if (source === 'network') return resolveNetwork(textOf(names.network) ?? DEFAULT_NETWORK, directory);
  if (source === 'user') return resolveUser(names, directory);
  if (source === 'session') return resolveSession(textOf(names.session) ?? '', directory);
  return source === 'target' ? resolveNamed(textOf(names.target) ?? '', directory) : thePlatform;
}

const resolved = (target: Target, unknown: () => RigError): Resolved => ({ target, unknown });

async function resolveNetwork(network: string, directory: TargetDirectory): Promise<Resolved> {
  const unknown = () => noNetwork(network);
  if (!(await directory.hasNetwork(network))) throw unknown();
  return resolved({ kind: 'network', network }, unknown);
}

async function resolveApp(names: Names, directory: TargetDirectory): Promise<Resolved> {
  const app = textOf(names.app);
  const build = textOf(names.build);
  const deploy = textOf(names.deploy);
  const network = textOf(names.network);
  const lookups = [
    ...(app === undefined ? [] : [{ found: directory.app(app), unknown: () => noApp(app) }]),
    ...(build === undefined
      ? []
      : [
          {
            found: directory.appOfBuild(build),
            unknown: () => new RigError('build_not_found', `There is no build ${JSON.stringify(build)}.`),
          },
        ]),
    ...(deploy === undefined
      ? []
      : [
          {
            found: directory.appOfDeploy(deploy),
            unknown: () => new RigError('deploy_not_found', `There is no deploy ${JSON.stringify(deploy)}.`),
          },
        ]),
  ];
  const [first] = lookups;
  if (first === undefined) {
    if (network !== undefined) return resolveNetwork(network, directory);
    throw new RigError('invalid_input', 'The request names no app.');
  }
  const apps = await Promise.all(lookups.map(({ found }) => found));
  const [target] = apps;
  // A build of another app is not there for whoever asks for it at this one.
  const strange = apps.findIndex((each) => each === undefined || each.id !== target?.id);
  if (target === undefined || strange !== -1) throw (lookups[Math.max(strange, 0)] ?? first).unknown();
  return resolved(targetOfApp(target), first.unknown);
}

async function resolveUser(names: Names, directory: TargetDirectory): Promise<Resolved> {
  const user = textOf(names.user);
  const token = textOf(names.token);
  const unknown = () =>
    token === undefined
      ? new RigError('user_not_found', `There is no user named ${user ?? ''}.`)
      : new RigError('token_not_found', `There is no token ${JSON.stringify(token)}.`);
  const found = token === undefined ? await directory.user(user ?? '') : await directory.ownerOfToken(token);
  // Of both, the token must be one of the user.
  if (found === undefined || (token !== undefined && user !== undefined && user !== found.name))
    throw unknown();
  return resolved({ kind: 'user', id: found.id, user: found.name }, unknown);
}

async function resolveSession(id: string, directory: TargetDirectory): Promise<Resolved> {
  const unknown = () => new RigError('session_not_found', `There is no session ${JSON.stringify(id)}.`);
  const found = await directory.session(id);
  if (found === undefined) throw unknown();
  const { app, kind, network, userId } = found;
  return {
    target: app === null ? { kind: 'network', network } : targetOfApp(app),
    unknown,
    session: { userId, beganBy: kind === 'shell' ? 'remote.shell' : 'remote.command' },
  };
}

async function resolveNamed(text: string, directory: TargetDirectory): Promise<Resolved> {
  const named = parseTarget(text);
  if (named.kind === 'network') return resolveNetwork(named.name, directory);
  if (named.kind === 'app') return resolveApp({ app: named.name }, directory);
  return thePlatform;
}
