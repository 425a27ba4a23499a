import { setTimeout as delay } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { HealthPlan } from '../../detectors/plan.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { describeExit } from './describe-exit.ts';
import { findListening } from './find-listening.ts';
import { type InstanceRecord, instanceName } from './instance-store.ts';
import { type Finding, probeInstance } from './probe-instance.ts';
import type { RunCheck } from './run-check.ts';

/** Pauses grow with the time that has gone by, so that a look comes late by an eighth of it at the most. */
const PAUSE_SHARE = 1 / 8;
const PAUSE_MS = { least: 10, most: 250 };
/** A program is started for each look, where a command is asked. */
const COMMAND_PAUSE_MS = { least: 50, most: 1_000 };
/** A first answer may take its time: some servers compile it. */
const ANSWER_SECONDS = 10;
/** A process without a port is well when it has lived so long. */
const ALIVE_SECONDS = 1;

/** How an instance was found to be well. */
export interface Healthy {
  /** Address that answered; null for a process without a port. */
  host: string | null;
}

export interface HealthInput {
  instance: InstanceRecord;
  plan: HealthPlan;
  mirror: EngineMirror;
  runCheck: RunCheck;
  /** The last lines an instance wrote, for the error. */
  lastLines: (instance: InstanceRecord) => Promise<string[]>;
  signal: AbortSignal;
}

async function exitError(input: HealthInput, report: InstanceReport): Promise<RigError> {
  const name = instanceName(input.instance);
  const lastLines = await input.lastLines(input.instance);
  return new RigError('release_failed', `${name} ${describeExit(report)} before it was healthy.`, {
    details: { instance: name, exitCode: report.exitCode, signal: report.signal, lastLines },
  });
}

/** Says where an instance listens in place of its port; an empty text when nothing is known. */
async function describeListening(pid: number | undefined, port: number): Promise<string> {
  const sockets = pid === undefined ? [] : await findListening(pid);
  if (sockets.length === 0) return '';
  const [wrong] = sockets;
  if (wrong === undefined) return '';
  return wrong.port === port
    ? ` It listens on ${wrong.address}, where it cannot be reached; let it listen on HOST (127.0.0.1).`
    : ` It listens on ${wrong.port}, but PORT is ${port}.`;
}

async function timeoutError(input: HealthInput, last: Finding): Promise<RigError> {
  const { instance, plan } = input;
  const name = instanceName(instance);
  const report = input.mirror.instance(instance.id);
  if (report?.state === 'starting') return await notStartedError(input, report);
  const why = last.isWell ? 'it was well only at times' : last.why;
  const listening =
    // Whatever it has as a number is one of its pod.
    last.isWell || last.listens || instance.port === null || report?.spec.pod !== undefined
      ? ''
      : await describeListening(report?.pid, instance.port);
  return new RigError(
    'release_failed',
    `${name} was not healthy within ${plan.timeoutSeconds} s: ${why}.${listening}`,
    {
      details: {
        instance: name,
        ...(instance.port === null ? {} : { port: instance.port, path: plan.path ?? '/' }),
        lastLines: await input.lastLines(instance),
      },
    },
  );
}

/** The engine had no place for it, or not yet what it needs. */
async function notStartedError(input: HealthInput, { waiting }: InstanceReport): Promise<RigError> {
  const name = instanceName(input.instance);
  const why = waiting == null ? '' : `: ${waiting}`;
  return new RigError(
    'release_failed',
    `${name} was not started within ${input.plan.timeoutSeconds} s${why}.`,
    { details: { instance: name, lastLines: await input.lastLines(input.instance) } },
  );
}

/** Asks until it was well as often in a row as wanted; throws the timeout error when the time is over. */
async function poll(input: HealthInput, signal: AbortSignal): Promise<Healthy> {
  const { plan } = input;
  const answerMs = (plan.check?.answerSeconds ?? ANSWER_SECONDS) * 1000;
  const began = Date.now();
  const deadline = began + plan.timeoutSeconds * 1000;
  const wanted = plan.check?.healthyAfter ?? 1;
  const isCommand = plan.check?.type === 'command';
  const { least, most } = isCommand ? COMMAND_PAUSE_MS : PAUSE_MS;
  let told: Finding | undefined;
  for (let good = 0; ; ) {
    const timeoutMs = Math.max(1, Math.min(answerMs, deadline - Date.now()));
    const found = await probeInstance({ ...input, timeoutMs, signal });
    signal.throwIfAborted();
    good = found.isWell ? good + 1 : 0;
    if (found.isWell && good >= wanted) return { host: found.host };
    // A command that the end of the time cut short has said nothing: what the one before it said tells more.
    const wasCut = isCommand && timeoutMs < answerMs && Date.now() >= deadline;
    told = wasCut && told !== undefined ? told : found;
    const pause = Math.min(most, Math.max(least, (Date.now() - began) * PAUSE_SHARE));
    if (Date.now() + pause > deadline) throw await timeoutError(input, told);
    await delay(pause, undefined, { signal });
  }
}

async function waitAlive(input: HealthInput, signal: AbortSignal): Promise<void> {
  const aliveMs = (input.plan.check?.aliveSeconds ?? ALIVE_SECONDS) * 1000;
  const { mirror, instance, plan } = input;
  const late = AbortSignal.timeout(plan.timeoutSeconds * 1000);
  const find = () => {
    const found = mirror.instance(instance.id);
    return found?.state === 'starting' ? undefined : found;
  };
  const report = await mirror.until(find, AbortSignal.any([signal, late])).catch(async (error: unknown) => {
    const found = mirror.instance(instance.id);
    throw late.aborted && found !== undefined ? await notStartedError(input, found) : error;
  });
  const lived = Date.now() - Date.parse(report.startedAt);
  await delay(Math.max(0, Math.min(aliveMs, aliveMs - lived)), undefined, { signal });
}

async function becomeWell(input: HealthInput, signal: AbortSignal): Promise<Healthy> {
  // The engine has to tell of it before a command can be run beside it.
  if (input.instance.port === null) await waitAlive(input, signal);
  return await poll(input, signal);
}

/**
 * Waits until an instance is well: `web` by answering, any other by staying alive, each as its release says.
 * @throws RigError `release_failed` as soon as it has ended, or when the time of the plan is over
 */
export async function checkHealth(input: HealthInput): Promise<Healthy> {
  const { instance, mirror } = input;
  const stop = new AbortController();
  const signal = AbortSignal.any([input.signal, stop.signal]);
  const exited = mirror.until(() => {
    const report = mirror.instance(instance.id);
    return report?.state === 'exited' ? report : undefined;
  }, signal);
  const well = becomeWell(input, signal);
  try {
    const first = await Promise.race([exited, well]);
    if ('host' in first) return first;
    stop.abort();
    throw await exitError(input, first);
  } finally {
    stop.abort();
    // Whichever lost the race ends with the abort.
    await Promise.allSettled([exited, well]);
  }
}
