import { RigError } from '@rig-ops/contract/errors';
import { NAME_PATTERN } from '@rig-ops/contract/resources';

export interface ProcfileLine {
  name: string;
  command: string;
}

const namePattern = new RegExp(NAME_PATTERN);

/**
 * Reads a Procfile: `name: command` per line; empty lines and lines that begin with `#` are left out.
 * @throws RigError `invalid_procfile` with the number of the line
 */
export function parseProcfile(text: string): ProcfileLine[] {
  const lines: ProcfileLine[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const fail = (what: string): never => {
      throw new RigError('invalid_procfile', `Procfile:${index + 1}: ${what}`, {
        details: { line: index + 1 },
      });
    };
    const match = /^([^\s:]+)\s*:\s*(.*)$/.exec(line);
    if (match === null) fail(`"${line.slice(0, 60)}" is not of the form "name: command".`);
    const [, name = '', command = ''] = match ?? [];
    if (!namePattern.test(name))
      fail(
        `"${name}" cannot be a process name; allowed: lower-case letters, digits and hyphens, starting with a letter.`,
      );
    if (command === '') fail(`the process "${name}" has no command.`);
    if (lines.some((other) => other.name === name)) fail(`the process "${name}" is named twice.`);
    lines.push({ name, command });
  }
  return lines;
}
