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

  /** Without pressing Enter. */
  write(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  /** As tmux names keys: `C-c`, `Enter`, `q`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** What a person sees; without colours unless asked for. */
  screen({ styles = false } = {}): string {
    return this.#tmux('capture-pane', '-p', ...(styles ? ['-e'] : []));
  }

  /** As a terminal does it: in brackets where the program has asked for them. */
  paste(text: string): void {
    this.#tmux('set-buffer', text);
    this.#tmux('paste-buffer', '-p');
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Kills what runs in the foreground of the shell, so that it cannot put anything right. */
  killRig(): void {
    const shell = this.#tmux('display', '-p', '#{pane_pid}').trim();
    execFileSync('pkill', ['-KILL', '-P', shell]);
  }

  /** What programs have switched on. */
  flags(): string {
    const format = 'screen #{alternate_on}, mouse #{mouse_any_flag}, cursor #{cursor_flag}';
    return this.#tmux('display', '-p', format).trim();
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

  /** Presses keys, again and again, until the screen shows what is meant. */
  async showsAfter(keys: string[], pattern: RegExp, limitMs = 30_000): Promise<void> {
    await until(
      `the screen to show ${pattern} after ${keys.join(' ')}`,
      async () => {
        for (const key of keys) this.press(key);
        for (let looks = 0; looks < 20; looks += 1) {
          if (pattern.test(this.screen())) return true;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(this.screen());
      },
      limitMs,
    );
  }

  close(): void {
    this.#tmux('kill-server');
  }
}
