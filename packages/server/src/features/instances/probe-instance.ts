import { isRigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { HealthPlan } from '../../detectors/plan.ts';
import type { InstanceRecord } from './instance-store.ts';
import { probeHttp } from './probe-http.ts';
import { probeTcp } from './probe-tcp.ts';
import type { CheckOutcome, RunCheck } from './run-check.ts';

/** What one check of an instance found. */
export type Finding =
  | { isWell: true /** Address that answered; null for a process without a port. */; host: string | null }
  /**
   * `why` as the end of a sentence; `listens`: whether something answered; `wasAsked`: whether it says anything of the
   * instance, and not of what it runs on, which is away.
   */
  | { isWell: false; why: string; listens: boolean; wasAsked: boolean };

export interface ProbeInput {
  instance: InstanceRecord;
  plan: HealthPlan;
  runCheck: RunCheck;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Asks an instance once, as its release says. A process without a port is asked by a command or not at all. */
export async function probeInstance(input: ProbeInput): Promise<Finding> {
  const { instance, plan } = input;
  const type = plan.check?.type ?? 'http';
  if (type === 'command') {
    const found = await probeCommand(input, plan.check?.argv ?? []);
    return found.isWell && instance.port !== null ? probePort(input, instance.port) : found;
  }
  if (instance.port === null) return { isWell: true, host: null };
  return type === 'tcp' ? probePort(input, instance.port) : probePath(input, instance.port);
}

async function probePath(input: ProbeInput, port: number): Promise<Finding> {
  const { plan, signal, timeoutMs } = input;
  const path = plan.path ?? '/';
  const [from, to] = plan.check?.status ?? [0, plan.path === null ? 499 : 399];
  const result = await probeHttp({ port, path, timeoutMs, signal });
  if (!result.answered)
    return { isWell: false, why: `on port ${port} it ${result.reason}`, listens: false, wasAsked: true };
  if (result.status >= from && result.status <= to) return { isWell: true, host: result.host };
  return {
    isWell: false,
    why: `it answers ${path} with status ${result.status}`,
    listens: true,
    wasAsked: true,
  };
}

async function probePort({ signal, timeoutMs }: ProbeInput, port: number): Promise<Finding> {
  const result = await probeTcp({ port, timeoutMs, signal });
  return result.answered
    ? { isWell: true, host: result.host }
    : { isWell: false, why: `on port ${port} it ${result.reason}`, listens: false, wasAsked: true };
}

const describeEnd = ({ exitCode, lastLine }: CheckOutcome): string =>
  `exited with code ${exitCode}${lastLine === '' ? '' : `: ${lastLine}`}`;

async function probeCommand(
  { instance, runCheck, signal, timeoutMs }: ProbeInput,
  argv: readonly string[],
): Promise<Finding> {
  try {
    const outcome = await runCheck(instance.id, argv, timeoutMs, signal);
    if (outcome?.exitCode === 0) return { isWell: true, host: null };
    const how = outcome === null ? 'did not end in time' : describeEnd(outcome);
    return { isWell: false, why: `its health command ${how}`, listens: true, wasAsked: true };
  } catch (error) {
    signal.throwIfAborted();
    const known = isRigError(error) ? error : null;
    const why = `its health command could not be run: ${(known?.message ?? String(error)).replace(/\.$/, '')}`;
    return { isWell: false, why, listens: true, wasAsked: known?.exitCode !== ExitCode.unreachable };
  }
}
