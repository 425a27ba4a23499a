import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { ChildReport, PlatformRecord, SupervisorRecord } from '@rig-ops/contract/supervisor';
import { answersLocally, askSupervisorState } from './ask-local.ts';
import { findStartError, readLinesSince, sizeOf, tellLine } from './own-log-tail.ts';
import { readRunningParts } from './platform-records.ts';
import { type StartedSupervisor, supervisorLog } from './spawn-supervisor.ts';

/** A running platform whose rigd answers. */
export interface ReadyPlatform {
  supervisor: SupervisorRecord;
  platform: PlatformRecord;
}

/** How long the logs were before a start. */
export interface LogMarks {
  supervisor: number;
  rigd: number;
}

const POLL_MS = 20;
const SILENCE_MS = 2_000;
const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 500;
const HOPELESS_RESTARTS = 3;
/** A database that restarts is back sooner; who waits longer is told what for. */
const TOLD_AFTER_MS = 5_000;

/** The line of an uncaught error that says most; the stack follows it. */
const uncaught = /^(Uncaught )?([A-Z]\w*)?Error\b/;

const rigdLog = (layout: PlatformLayout) => join(layout.ownLogs, 'rigd.log');

export async function markLogs(layout: PlatformLayout): Promise<LogMarks> {
  return { supervisor: await sizeOf(supervisorLog(layout)), rigd: await sizeOf(rigdLog(layout)) };
}

/**
 * Waits until rigd answers on its socket and is the one that the living supervisor runs, not one that
 * an earlier supervisor has left behind. Throws the error that rigd gave up with, as `port_taken`;
 * `platform_start_failed` with the last lines of the logs in `details`; the signal's reason.
 */
export async function awaitPlatform(
  layout: PlatformLayout,
  token: string,
  {
    marks,
    started,
    patienceMs,
    signal,
  }: {
    marks: LogMarks;
    started: StartedSupervisor | undefined;
    patienceMs: number;
    signal: AbortSignal | undefined;
  },
): Promise<ReadyPlatform> {
  const began = performance.now();
  const deadline = began + patienceMs;
  for (;;) {
    signal?.throwIfAborted();
    const { ready, rigd } = await look(layout, token, signal);
    if (ready !== null) return ready;
    const failure = started?.failure();
    if (failure !== undefined) throw await describeFailure(layout, marks, failure);
    if (started !== undefined && rigd !== null) await checkRigd(layout, marks, rigd);
    const now = performance.now();
    if (now >= deadline || now >= began + TOLD_AFTER_MS) await checkLog(layout, marks);
    if (now >= deadline) {
      throw await describeFailure(layout, marks, `it was not ready after ${patienceMs / 1000} s`);
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

async function look(
  layout: PlatformLayout,
  token: string,
  signal: AbortSignal | undefined,
): Promise<{ ready: ReadyPlatform | null; rigd: ChildReport | null }> {
  const { supervisor, platform } = await readRunningParts(layout);
  if (supervisor === null) return { ready: null, rigd: null };
  const silence = { silenceMs: SILENCE_MS, signal };
  const rigd = (await askSupervisorState(layout, supervisor, silence))?.rigd ?? null;
  const current = platform !== null && rigd?.pid === platform.pid;
  const answers = current && (await answersLocally(layout, token, silence));
  return { ready: answers ? { supervisor, platform } : null, rigd };
}

/** The supervisor would start it again for ever. Throws once there is no hope. */
async function checkRigd(layout: PlatformLayout, marks: LogMarks, rigd: ChildReport): Promise<void> {
  if (rigd.lastExit === null) return;
  await checkLog(layout, marks);
  if (rigd.restarts >= HOPELESS_RESTARTS) {
    throw await describeFailure(layout, marks, `rigd ended ${rigd.restarts} times`);
  }
}

/** Throws the error that rigd has given up with since the mark. */
async function checkLog(layout: PlatformLayout, marks: LogMarks): Promise<void> {
  const given = findStartError(await readLinesSince(rigdLog(layout), marks.rigd, SHOWN_LINES));
  if (given !== undefined) throw given;
}

async function describeFailure(layout: PlatformLayout, marks: LogMarks, what: string): Promise<RigError> {
  const lines = [
    ...(await readLinesSince(supervisorLog(layout), marks.supervisor, SHOWN_LINES)),
    ...(await readLinesSince(rigdLog(layout), marks.rigd, SHOWN_LINES)),
  ].slice(-SHOWN_LINES);
  const word = lines.findLast((line) => uncaught.test(line)) ?? lines.at(-1);
  const said = word === undefined ? '' : ` Its log says: ${tellLine(word)}`;
  return new RigError('platform_start_failed', `The platform did not start: ${what}.${said}`, {
    details: {
      logFolder: layout.ownLogs,
      lines: lines.map((line) => tellLine(line).slice(0, SHOWN_CHARACTERS)),
    },
  });
}
