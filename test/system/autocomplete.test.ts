import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CompletingUser } from '../support/completing-user.ts';
import { describe } from '../support/rig.ts';
import { Terminal } from '../support/terminal.ts';

const user = new CompletingUser();
const size = { columns: 100, rows: 24 };
before(async () => {
  await user.linkOddPlugin();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const made = await user.run(['autocomplete', shell]);
    assert.equal(made.code, 0, describe(['autocomplete', shell], made));
    const file = shell === 'zsh' ? '_rig' : `rig.${shell}`;
    writeFileSync(join(user.folder, file), made.stdout);
  }
  mkdirSync(join(user.folder, '.config', 'fish', 'completions'), { recursive: true });
  await user.json(['apps', 'create', 'warehouse']);
});
after(() => user.close());

/** Opens a shell in a terminal, and types into it as a person would. */
async function inShell(shell: 'bash' | 'zsh' | 'fish', work: (terminal: Terminal) => Promise<void>) {
  const terminal = new Terminal(`complete-${shell}`, size, user.env, user.sources);
  try {
    terminal.type("PS1='ready> '");
    await terminal.shows(/^ready>$/m);
    const start = {
      bash: `source ${user.folder}/rig.bash`,
      zsh: `exec zsh -f`,
      fish: `exec fish --no-config --private`,
    };
    terminal.type(start[shell]);
    if (shell === 'zsh') {
      terminal.type(`PS1='zsh> '`);
      await terminal.shows(/^zsh>$/m);
      terminal.type(`fpath=(${user.folder} $fpath); autoload -Uz compinit; compinit -u -D; clear`);
      await terminal.shows(/^zsh>$/m);
    }
    if (shell === 'fish') {
      terminal.type(`function fish_prompt; echo -n 'fish> '; end; source ${user.folder}/rig.fish; clear`);
      await terminal.shows(/^fish>$/m);
    }
    await work(terminal);
  } finally {
    terminal.close();
  }
}

/** Types a line up to the cursor, presses Tab until the screen shows what is meant, and clears the line. */
async function completes(terminal: Terminal, line: string, expected: RegExp): Promise<void> {
  terminal.write(line);
  await terminal.showsAfter(['Tab'], expected);
  await clear(terminal);
}

async function clear(terminal: Terminal): Promise<void> {
  // A shell that is still busy with a Tab may take the first Ctrl-C for that.
  await terminal.showsAfter(['C-c', 'C-l'], /^\S+>\s*$/);
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  test(`${shell} completes commands, flags, values and names of apps, and quotes what needs it`, async () => {
    await inShell(shell, async (terminal) => {
      await completes(terminal, 'rig plat', /rig platform$/m);
      await completes(terminal, 'rig platform st', /start\b[\s\S]*status\b[\s\S]*stop\b/);
      await completes(terminal, 'rig platform logs --pa', /--part$/m);
      await completes(terminal, 'rig platform logs --part=ri', /--part=rigd/);
      await completes(terminal, 'rig apps destroy ware', /destroy warehouse/);
      await completes(terminal, 'rig odd pick --one it', /--one (it\\'s|'it\\'s'|"it's")/);
      // What was completed means itself once the shell has taken the line apart.
      for (const [typed, value] of [
        ['a', 'a b'],
        ['x:y', 'x:y:z'],
      ] as const) {
        terminal.write(`rig odd pick --one ${typed}`);
        await terminal.showsAfter(['Tab'], /--one (a\\ b|x:y:z)/);
        terminal.press('Enter');
        await terminal.shows(new RegExp(`picked <${value}>`));
        await clear(terminal);
      }
    });
  });
}
