import { DefaultRenderer, ListrLogger, ProcessOutput } from 'listr2';
import { ForeignListeners } from './foreign-listeners.ts';

/** Draws a live list of tasks on stderr, since stdout is for the result alone. */
export class StderrRenderer extends DefaultRenderer {
  /** listr2 would look whether stdout is a terminal. */
  static override nonTTY = true;
  readonly #foreign = new ForeignListeners(['SIGINT', 'SIGTERM', 'SIGHUP']);

  /**
   * The cursor's guard, which comes with the first frame, listens to signals. To the core that looks
   * like a command that deals with them itself, and Ctrl-C would do nothing.
   */
  override update(): void {
    super.update();
    this.#foreign.remove();
  }
}

/** A logger for the renderer that leaves stdout alone. */
export function makeStderrLogger(): ListrLogger {
  const processOutput = new ProcessOutput(process.stderr, process.stderr, { leaveEmptyLine: false });
  return new ListrLogger({ processOutput, useIcons: true });
}
