import { RigError } from '@rig-ops/contract/errors';
import type { InstanceSpec, JobLimits, JobSpec, JobStep, LookRequest } from '@rig-ops/contract/supervisor';
import type { KillSessionRequest } from '@rig-ops/contract/supervisor-sessions';
import { parseContainerSpec } from './parse-container-spec.ts';
import { parsePodSpec } from './parse-pod-spec.ts';
import {
  requireEnvironment,
  requireId,
  requireNumber,
  requireObject,
  requireStrings,
  requireText,
} from './require.ts';

/** The body of `PUT /v1/instances/:id`; throws `invalid_input`. */
export function parseInstanceSpec(id: string, body: unknown): InstanceSpec {
  const spec = requireObject(body, 'body');
  checkId(id, spec.id);
  return {
    id,
    app: requireText(spec.app, 'app'),
    appId: requireId(spec.appId, 'appId'),
    process: requireText(spec.process, 'process'),
    name: requireText(spec.name, 'name'),
    release: requireNumber(spec.release, 'release'),
    // Of a pod it may be what the image starts.
    argv: spec.pod === undefined ? requireArgv(spec.argv, 'argv') : requireStrings(spec.argv, 'argv'),
    cwd:
      spec.container === undefined && spec.pod === undefined
        ? requireText(spec.cwd, 'cwd')
        : spec.cwd === ''
          ? ''
          : requireText(spec.cwd, 'cwd'),
    env: requireEnvironment(spec.env, 'env'),
    ...(spec.container === undefined ? {} : { container: parseContainerSpec(spec.container) }),
    ...(spec.pod === undefined ? {} : { pod: parsePodSpec(spec.pod) }),
  };
}

/** The body of `PUT /v1/jobs/:id`; throws `invalid_input`. */
export function parseJobSpec(id: string, body: unknown): JobSpec {
  const spec = requireObject(body, 'body');
  checkId(id, spec.id);
  if (!Array.isArray(spec.steps)) throw new RigError('invalid_input', '`steps` is not a list.');
  const steps = spec.steps.map((step: unknown, index) => parseStep(step, `steps[${index}]`));
  return {
    id,
    steps,
    preamble: requireStrings(spec.preamble, 'preamble'),
    ...(spec.limits === undefined ? {} : { limits: parseLimits(spec.limits) }),
    ...(spec.appId === undefined ? {} : { appId: requireId(spec.appId, 'appId') }),
    ...(spec.readable === undefined ? {} : { readable: requireStrings(spec.readable, 'readable') }),
    ...(spec.folders === undefined ? {} : { folders: requireStrings(spec.folders, 'folders') }),
    ...(spec.container === undefined ? {} : { container: parseContainerSpec(spec.container) }),
  };
}

const KILL_REASONS = ['killed', 'revoked', 'target-gone'] as const;

/** The body of `POST /v1/sessions/:id/kill`; throws `invalid_input`. */
export function parseKillRequest(value: unknown): KillSessionRequest {
  const body = requireObject(value, 'body');
  const why = KILL_REASONS.find((reason) => reason === body.why);
  if (why === undefined) throw new RigError('invalid_input', '`why` is no reason for the end of a session.');
  return { why, graceMs: requireNumber(body.graceMs, 'graceMs') };
}

function parseLimits(value: unknown): JobLimits {
  const limits = requireObject(value, 'limits');
  return {
    timeoutMs: requireNumber(limits.timeoutMs, 'limits.timeoutMs'),
    outputBytes: requireNumber(limits.outputBytes, 'limits.outputBytes'),
    memoryBytes: requireNumber(limits.memoryBytes, 'limits.memoryBytes'),
    processes: requireNumber(limits.processes, 'limits.processes'),
  };
}

function parseStep(value: unknown, what: string): JobStep {
  const step = requireObject(value, what);
  return {
    name: requireText(step.name, `${what}.name`),
    argv: requireArgv(step.argv, `${what}.argv`),
    cwd: requireText(step.cwd, `${what}.cwd`),
    env: requireEnvironment(step.env, `${what}.env`),
    timeoutMs: requireNumber(step.timeoutMs, `${what}.timeoutMs`),
    ...(step.title === undefined ? {} : { title: requireText(step.title, `${what}.title`) }),
    ...(step.mayFail === true ? { mayFail: true } : {}),
  };
}

function requireArgv(value: unknown, what: string): string[] {
  const argv = requireStrings(value, what);
  if (argv.length > 0) return argv;
  throw new RigError('invalid_input', `\`${what}\` is empty.`);
}

function checkId(id: string, given: unknown): void {
  if (given !== id) throw new RigError('invalid_input', '`id` is not the id of the path.');
}

/** The body of `POST /v1/clusters/look`; throws `invalid_input`. */
export function parseLookRequest(body: unknown): LookRequest {
  const { clusters, now, platform } = requireObject(body, 'body');
  return {
    platform: requireId(platform, 'platform'),
    // Each is the name of a file.
    clusters: requireStrings(clusters, 'clusters').map((name) => requireId(name, 'clusters')),
    now: now === true,
  };
}
