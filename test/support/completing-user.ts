import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { repository, User } from './rig.ts';

const entry = join(repository, 'bin', 'run.js');

/** A user with `rig` on the PATH, a plugin whose values need quotes, and the scripts that complete. */
export class CompletingUser extends User {
  readonly env: Record<string, string>;
  #scriptFile: string | undefined;

  constructor() {
    super();
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    symlinkSync(entry, join(bin, 'rig'));
    const path = [bin, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
    this.env = { PATH: path, HOME: this.folder, LANG: 'C.UTF-8', TERM: 'xterm', RIG_HOME: this.home };
  }

  async linkOddPlugin(): Promise<void> {
    await this.json(['plugins', 'link', join(repository, 'test', 'fixtures', 'plugin-odd')]);
  }

  /** What bash would offer for a line, by its own function and variables, as readline sets them. */
  bash(line: string): string[] {
    // Printed once: printing it also makes the index, which is then to be made in the background.
    this.#scriptFile ??= this.#printScript();
    const script = `
      source "$2"
      line=$1
      COMP_LINE=$line COMP_POINT=\${#line} COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
      _rig_complete rig
      ((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"
    `;
    const said = execFileSync('bash', ['-c', script, 'bash', line, this.#scriptFile], {
      env: this.env,
      cwd: this.sources,
      encoding: 'utf8',
    });
    return said === '' ? [] : said.trimEnd().split('\n');
  }

  #printScript(): string {
    const file = join(this.folder, 'completion.bash');
    writeFileSync(file, execFileSync(process.execPath, [entry, 'autocomplete', 'bash'], { env: this.env }));
    return file;
  }
}
