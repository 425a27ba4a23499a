import type { Command } from '@oclif/core';

const HIDDEN = '***';

/** Parts of the name of a flag or variable that announce a secret. */
const secretParts = new Set(
  'token tokens password passwords passwd pass passphrase pwd secret secrets key keys apikey credential credentials auth authorization bearer private cookie'.split(
    ' ',
  ),
);

function isSecretName(name: string): boolean {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .some((part) => secretParts.has(part));
}

/**
 * A command line without its secrets. Hidden are: values of flags whose name announces a secret, by any
 * of the flag's spellings; the value of every `NAME=value` (config is set like that, and a name says
 * little about its value); passwords in URLs; and of what follows `--`, which belongs to another
 * program, everything but that program.
 */
export function redactArgv(argv: readonly string[], flags: Command.Loadable['flags'] = {}): string[] {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const foreign = end === -1 ? [] : argv.slice(end + 1);
  let hidesNext = false;
  const shown = own.map((token) => {
    if (hidesNext) {
      hidesNext = false;
      // `-` says: from stdin. A secret flag without a value is followed by another flag.
      if (token === '-' || !isFlag(token)) return token === '-' ? token : HIDDEN;
    }
    if (!isFlag(token)) return redactWord(token);
    const [spelling = '', ...value] = token.split('=');
    const secret = isSecretFlag(spelling, flags);
    hidesNext = secret && value.length === 0;
    if (value.length > 0) return `${spelling}=${secret ? HIDDEN : redactWord(value.join('='))}`;
    const glued = !token.startsWith('--') && token.length > 2 && isSecretFlag(token.slice(0, 2), flags);
    if (glued) hidesNext = false;
    return glued ? `${token.slice(0, 2)}${HIDDEN}` : token;
  });
  const [program, ...rest] = foreign;
  if (end === -1) return shown;
  return [
    ...shown,
    '--',
    ...(program === undefined ? [] : [redactWord(program)]),
    ...(rest.length === 0 ? [] : [`(${rest.length} more)`]),
  ];
}

function isFlag(token: string): boolean {
  return token.startsWith('-') && token !== '-';
}

function isSecretFlag(spelling: string, flags: Command.Loadable['flags']): boolean {
  if (spelling.startsWith('--')) return isSecretName(spelling);
  const named = Object.entries(flags).find(
    ([, flag]) => `-${flag.char ?? ''}` === spelling && flag.type === 'option',
  );
  return named !== undefined && isSecretName(named[0]);
}

function redactWord(word: string): string {
  const assignment = /^([A-Za-z_][A-Za-z0-9_.-]*)=(?=.)/s.exec(word);
  if (assignment !== null) return `${assignment[1]}=${HIDDEN}`;
  return word.replace(/^([a-z][a-z\d+.-]*:\/\/[^\s/:@]*):[^\s@]*@/i, `$1:${HIDDEN}@`);
}
