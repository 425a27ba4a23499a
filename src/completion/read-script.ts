import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const shells = ['bash', 'zsh', 'fish'];

/** The script for a shell, and what its first lines say about setting it up. */
export async function readScript(
  root: string,
  shell: string,
): Promise<{ script: string; instructions: string }> {
  const script = await readFile(join(root, 'completions', `rig.${shell}`), 'utf8');
  const lines = script.split('\n').filter((line) => !line.startsWith('#compdef'));
  const head = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('#')),
  );
  return { script, instructions: head.map((line) => line.replace(/^# ?/, '')).join('\n') };
}
