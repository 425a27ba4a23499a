import { userInfo } from 'node:os';
import type { Run, RunHook } from '../run.ts';
import { appendAuditLine } from './audit-file.ts';
import { redactArgv } from './redact.ts';

/** One line of `RIG_HOME/audit.jsonl`. Every run has a `start`; its `finish` is missing only after SIGKILL. */
type ClientAuditRecord = {
  /** The same in both records of a run, and in the platform's audit events. */
  id: string;
  /** RFC 3339, UTC. */
  at: string;
  /** Without secrets; see {@link redactArgv}. */
  argv: string[];
  user: string;
  /** Name of the platform's context; null when none was needed, or not known yet. */
  context: string | null;
  cwd: string;
} & ({ phase: 'start' } | { phase: 'finish'; exitCode: number; durationMs: number; error: string | null });

const started = new WeakSet<Run>();
const failed = new WeakSet<Run>();

/** Records the start and the end of every command, however it ends. */
export const auditHook: RunHook = {
  flags: [],

  // Not sooner: which short flags hold secrets is known with the command.
  onCommand: recordStart,

  onExit(run, exitCode) {
    recordStart(run);
    append(run, {
      ...describe(run, new Date()),
      phase: 'finish',
      exitCode,
      durationMs: Date.now() - run.startedAt.getTime(),
      error: run.failure?.code ?? null,
    });
  },
};

function recordStart(run: Run): void {
  if (started.has(run)) return;
  started.add(run);
  append(run, { ...describe(run, run.startedAt), phase: 'start' });
}

function describe(run: Run, at: Date) {
  return {
    id: run.id,
    at: at.toISOString(),
    argv: redactArgv(run.argv, run.command?.flags, secretFlagsOf(run), secretArgsOf(run)),
    user: userName(),
    context: run.contextName ?? null,
    cwd: run.invocation.cwd,
  };
}

/** Read from the manifest, so that it holds before a command is loaded, and for those of strangers too. */
function secretFlagsOf(run: Run): readonly string[] {
  const { rigSecretFlags } = (run.command ?? {}) as { rigSecretFlags?: unknown };
  return Array.isArray(rigSecretFlags) ? (rigSecretFlags as string[]) : [];
}

/** Id of a command that says of itself that its arguments may be secrets. */
function secretArgsOf({ command }: Run): string | undefined {
  const { rigSecretArgs } = (command ?? {}) as { rigSecretArgs?: unknown };
  return rigSecretArgs === true ? command?.id : undefined;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database, as in many containers.
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** What cannot be recorded is told once and holds nobody up. */
function append(run: Run, record: ClientAuditRecord): void {
  if (failed.has(run)) return;
  try {
    appendAuditLine(run.rigHome, record);
  } catch (error) {
    failed.add(run);
    const { code, message } = error as NodeJS.ErrnoException;
    run.invocation.streams.stderr.write(
      `Warning: this command is not recorded in ${run.rigHome}/audit.jsonl (${code ?? message}).\n`,
    );
  }
}
