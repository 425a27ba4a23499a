import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../rig.ts';
import type { LoadReport } from './load-report.ts';

const program = fileURLToPath(new URL('load-client.ts', import.meta.url));

/** The load client as a process of its own, so that nothing else slows it down or hides what it sees. */
export class Load {
  readonly #child: ChildProcess;
  readonly #seen: number[] = [];
  readonly #report: Promise<LoadReport>;
  /** Called when a release answers for the first time. */
  onRelease: (release: number) => void = () => undefined;

  constructor(url: string) {
    this.#child = spawn(process.execPath, [program, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#report = new Promise((resolve, reject) => {
      let last: LoadReport | undefined;
      createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        const said = JSON.parse(line) as { release: number } | LoadReport;
        if ('failures' in said) last = said;
        else {
          this.#seen.push(said.release);
          this.onRelease(said.release);
        }
      });
      this.#child.once('close', (code) => {
        if (last === undefined) reject(new Error(`The load client ended with ${String(code)}`));
        else resolve(last);
      });
    });
    // Who waits for it is told; until then nobody need be.
    this.#report.catch(() => undefined);
  }

  /** Waits until a release has answered. */
  async untilSeen(release: number): Promise<void> {
    await until(`an answer of v${release}`, () => this.#seen.includes(release), 60_000);
  }

  /** Ends it and answers what it has seen. */
  async end(): Promise<LoadReport> {
    this.#child.stdin?.end();
    return await this.#report;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
