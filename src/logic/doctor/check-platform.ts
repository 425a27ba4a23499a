import { RigClient } from '@rig-ops/client';
import { resolveTarget } from '@rig-ops/client/contexts';
import { embeddedStatus, ensureEmbedded } from '@rig-ops/client/embedded';
import { type DatabasePlace, describePlace } from '@rig-ops/contract/database-place';
import { toErrorDocument } from '@rig-ops/contract/errors';
import { describeContainment } from './describe-containment.ts';
import { describeDocker } from './describe-docker.ts';
import { describeEngine } from './describe-engine.ts';
import { describeIsolation } from './describe-isolation.ts';
import { type DoctorCheck, passed, problem } from './doctor-check.ts';

type Target = RigClient['target'];

export interface PlatformQuestion {
  rigHome: string;
  env: Readonly<Record<string, string | undefined>>;
  context: string | undefined;
  signal: AbortSignal;
  /** Finds the embedded platform that runs already. */
  embedded: Omit<Parameters<typeof ensureEmbedded>[0], 'rigHome' | 'signal'>;
}

/** Looks at the context in force and the platform behind it; starts none. */
export async function checkPlatform(question: PlatformQuestion): Promise<DoctorCheck[]> {
  const { rigHome, env, context, signal } = question;
  let resolved: Awaited<ReturnType<typeof resolveTarget>>;
  try {
    resolved = await resolveTarget({ rigHome, env, context });
  } catch (error) {
    return [failed('context', 'context', error)];
  }
  if (resolved.kind === 'remote') {
    const { target } = resolved;
    const { checkWay } = await import('./check-way.ts');
    return [
      passed('context', 'context', `${target.name} (${target.url})`),
      ...(await checkWay(target, { rigHome, env, signal })),
      ...(await checkAnswers(target, signal)),
    ];
  }
  const inForce = passed('context', 'context', 'embedded (this machine)');
  return [inForce, ...(await checkEmbedded(question))];
}

async function checkEmbedded({ rigHome, embedded, signal }: PlatformQuestion): Promise<DoctorCheck[]> {
  const { running, state, problem: failure } = await embeddedStatus(rigHome);
  if (!running) {
    return [
      passed(
        'platform',
        'supervisor',
        'The embedded platform does not run; a command that needs it starts it.',
      ),
    ];
  }
  if (state === null) {
    return [
      problem(
        'platform',
        'supervisor',
        'The supervisor of the embedded platform does not answer.',
        'Run `rig platform stop`, then `rig platform start`.',
      ),
    ];
  }
  const parts = (['rigd', 'edge'] as const).map((name) => {
    if (name === 'rigd' && failure !== null) return failed('platform', name, failure);
    const { pid, restarts, lastExit } = state[name];
    if (pid !== null) return passed('platform', name, `runs as process ${pid}, restarted ${restarts} times`);
    return problem(
      'platform',
      name,
      `does not run (${lastExit ?? 'never started'}).`,
      `Run \`rig platform logs --part ${name}\`.`,
    );
  });
  const supervisor = passed('platform', 'supervisor', `runs as process ${state.pid}`);
  // A supervisor of an earlier version does not say.
  if (state.containment !== undefined) parts.push(describeContainment(state.containment));
  if (state.isolation !== undefined) parts.push(...describeIsolation(state.isolation));
  if (state.docker !== undefined) parts.push(describeDocker(state.docker));
  if (state.rigd.pid === null || failure !== null) return [supervisor, ...parts];
  try {
    const target = await ensureEmbedded({ ...embedded, rigHome, signal });
    return [supervisor, ...parts, ...(await checkAnswers(target, signal))];
  } catch (error) {
    return [supervisor, ...parts, failed('platform', 'api', error)];
  }
}

async function checkAnswers(target: Target, signal: AbortSignal): Promise<DoctorCheck[]> {
  const client = new RigClient(target);
  try {
    const { version } = await client.call('getVersion', { signal });
    const checks = [passed('platform', 'api', `rigd ${version} answers`)];
    try {
      const { user, role, token: used } = await client.call('whoami', { signal });
      const until = used?.expiresAt == null ? '' : `, until ${used.expiresAt}`;
      checks.push(passed('platform', 'credentials', `${user}, ${role}${until}`));
    } catch (error) {
      return [...checks, failed('platform', 'credentials', error)];
    }
    const { engine, engines = [engine], platform, problems } = await client.call('getStatus', { signal });
    if (platform.database !== undefined)
      checks.push(passed('platform', 'database', describeDatabase(platform.database)));
    checks.push(...engines.map(describeEngine));
    if (platform.registry !== undefined)
      checks.push(passed('platform', 'registry', `Images are pushed to ${platform.registry}.`));
    if (platform.edgeUrl !== null)
      checks.push(passed('platform', 'routing', `The edge routes at ${platform.edgeUrl}`));
    for (const { message, fix } of problems) checks.push(problem('platform', 'status', message, fix));
    return checks;
  } catch (error) {
    return [failed('platform', 'api', error)];
  } finally {
    await client.close();
  }
}

const describeDatabase = (place: DatabasePlace): string =>
  `${place.kind === 'postgres' ? 'PostgreSQL' : 'SQLite'}: ${describePlace(place)}`;

function failed(area: DoctorCheck['area'], name: string, error: unknown): DoctorCheck {
  const { message, hint } = toErrorDocument(error);
  return problem(area, name, message, hint);
}
