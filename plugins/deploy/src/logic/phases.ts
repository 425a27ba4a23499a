import type { Ui } from '@rig-ops/kit';
import { sanitise, stripStyles } from '@rig-ops/kit/text';

/** What a phase tells while it runs. */
export interface PhaseReport {
  /** Replaces what is shown beside its title, as `3 of 12 MB`. */
  progress(text: string): void;
  /** A line of output that came from elsewhere, as a build's. */
  line(text: string): void;
}

/** One part of a longer operation, as a person sees it. */
export interface Phase {
  title: string;
  /** Answers what the title becomes once it is done; throws when it failed. */
  run: (report: PhaseReport) => Promise<string>;
}

/** Lines of output that stay visible below a phase in a terminal. */
const VISIBLE_LINES = 8;

/**
 * Runs phases in turn and shows them on stderr: as a live task list in a terminal, as plain lines
 * elsewhere, not at all beside a machine format.
 */
export async function runPhases(phases: Phase[], ui: Ui, lively: boolean): Promise<void> {
  if (ui.machine) return await runQuietly(phases);
  if (lively) return await runLively(phases);
  return await runPlainly(phases, ui);
}

async function runQuietly(phases: Phase[]): Promise<void> {
  const silent = { progress: () => undefined, line: () => undefined };
  for (const { run } of phases) await run(silent);
}

async function runPlainly(phases: Phase[], ui: Ui): Promise<void> {
  for (const { title, run } of phases) {
    ui.note(title);
    const line = (text: string) => ui.note(`  | ${cleanLine(text)}`);
    ui.note(`  ${await run({ progress: () => undefined, line })}`);
  }
}

async function runLively(phases: Phase[]): Promise<void> {
  const [{ Listr }, { makeStderrLogger, StderrRenderer }] = await Promise.all([
    import('listr2'),
    import('./stderr-renderer.ts'),
  ]);
  const tasks = phases.map(({ title, run }) => ({
    title,
    task: async (_context: unknown, task: { title?: string | undefined; output: string }) => {
      const report = {
        progress: (text: string) => {
          task.title = `${title}: ${cleanLine(text)}`;
        },
        line: (text: string) => {
          task.output = cleanLine(text);
        },
      };
      task.title = await run(report);
    },
    rendererOptions: { outputBar: VISIBLE_LINES },
  }));
  const list = new Listr(tasks, {
    renderer: StderrRenderer,
    registerSignalListeners: false,
    rendererOptions: { logger: makeStderrLogger(), collapseErrors: false, showErrorMessage: false },
  });
  await list.run();
}

/** Output of unknown origin as one harmless line. */
function cleanLine(text: string): string {
  return sanitise(stripStyles(text));
}
