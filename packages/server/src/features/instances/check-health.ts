import { setTimeout as delay } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { HealthPlan } from '../../detectors/plan.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { findListening } from './find-listening.ts';
import { type InstanceRecord, instanceName } from './instance-store.ts';
import { type ProbeResult, probeHttp } from './probe-http.ts';

const POLL_FIRST_MS = 25;
const POLL_MOST_MS = 250;
/** A first answer may take its time: some servers compile it. */
const ANSWER_MS = 10_000;
/** A process without a port is well when it has lived so long. */
const ALIVE_MS = 1_000;

/** How an instance was found to be well. */
export interface Healthy {
  /** Address that answered; null for a process without a port. */
  host: string | null;
}

export interface HealthInput {
  instance: InstanceRecord;
  plan: HealthPlan;
  mirror: EngineMirror;
  /** The last lines an instance wrote, for the error. */
  lastLines: (instance: InstanceRecord) => Promise<string[]>;
  signal: AbortSignal;
}

const describeExit = (report: InstanceReport): string => {
  if (report.startError !== null) return `could not be started: ${report.startError}`;
  if (report.signal !== null) return `was ended by ${report.signal}`;
  return report.exitCode === null ? 'ended' : `exited with code ${report.exitCode}`;
};

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

async function timeoutError(input: HealthInput, port: number, last: ProbeResult): Promise<RigError> {
  const { instance, plan } = input;
  const name = instanceName(instance);
  const path = plan.path ?? '/';
  const why = last.answered
    ? `it answers ${path} with status ${last.status}`
    : `on port ${port} it ${last.reason}`;
  const listening = last.answered
    ? ''
    : await describeListening(input.mirror.instance(instance.id)?.pid, port);
  return new RigError(
    'release_failed',
    `${name} was not healthy within ${plan.timeoutSeconds} s: ${why}.${listening}`,
    { details: { instance: name, port, path, lastLines: await input.lastLines(instance) } },
  );
}

/** Polls until the status says well; throws the timeout error when `deadline` passes. */
async function pollHttp(input: HealthInput, port: number, signal: AbortSignal): Promise<Healthy> {
  const { plan } = input;
  const limit = plan.path === null ? 500 : 400;
  const deadline = Date.now() + plan.timeoutSeconds * 1000;
  let wait = POLL_FIRST_MS;
  for (;;) {
    const timeoutMs = Math.max(1, Math.min(ANSWER_MS, deadline - Date.now()));
    const result = await probeHttp({ port, path: plan.path ?? '/', timeoutMs, signal });
    signal.throwIfAborted();
    if (result.answered && result.status < limit) return { host: result.host };
    if (Date.now() + wait > deadline) throw await timeoutError(input, port, result);
    await delay(wait, undefined, { signal });
    wait = Math.min(wait * 2, POLL_MOST_MS);
  }
}

async function waitAlive(input: HealthInput, signal: AbortSignal): Promise<Healthy> {
  const report = await input.mirror.until(() => input.mirror.instance(input.instance.id), signal);
  const lived = Date.now() - Date.parse(report.startedAt);
  await delay(Math.max(0, Math.min(ALIVE_MS, ALIVE_MS - lived)), undefined, { signal });
  return { host: null };
}

/**
 * Waits until an instance is well: `web` by HTTP, any other by staying alive for a second.
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
  const well = instance.port === null ? waitAlive(input, signal) : pollHttp(input, instance.port, signal);
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
