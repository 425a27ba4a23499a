import { execFileSync } from 'node:child_process';
import { until } from './rig.ts';

/** A terminal of its own tmux server, as a person would sit in front of. */
export class Terminal {
  readonly #socket: string;
  /** All that tmux itself gets: what its server has in its environment, every pane has as well. */
  readonly #env: Record<string, string>;

  constructor(
    name: string,
    size: { columns: number; rows: number },
    env: Record<string, string>,
    cwd: string,
  ) {
    this.#socket = `rig-test-${name}-${process.pid}`;
    this.#env = env;
    this.#tmux(
      'new-session',
      '-d',
      '-x',
      String(size.columns),
      '-y',
      String(size.rows),
      '-c',
      cwd,
      'bash',
      '--norc',
      '--noprofile',
    );
    this.#tmux('set-option', '-g', 'remain-on-exit', 'on');
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: this.#env,
    });
  }

  type(line: string): void {
    this.#tmux('send-keys', '-l', line);
    this.#tmux('send-keys', 'Enter');
  }

  /** As tmux names keys: `C-c`, `Enter`, `q`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** What a person sees, without colours. */
  screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** Waits for text on the screen. */
  async shows(pattern: RegExp, limitMs = 60_000): Promise<string> {
    return until(
      `the screen to show ${pattern}:\n${this.screen()}`,
      () => {
        const screen = this.screen();
        return pattern.test(screen) ? screen : null;
      },
      limitMs,
    );
  }

  close(): void {
    this.#tmux('kill-server');
  }
}
