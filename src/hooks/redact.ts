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

/** Forms of tokens that tell what they are wherever they stand: rig's own, of code hosts, clouds, chats, JWT. */
const tokens =
  /\b(?:rig_[0-9A-Za-z]{20,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|npm_\w{30,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})/g;

/**
 * A command line without its secrets. Hidden are: values of flags whose name announces a secret, or that
 * the command lists as `rigSecretFlags`, by any of the flag's spellings; what has the form of a token; values
 * of parameters in URLs whose name announces a secret; the value of every `NAME=value` (config is set like that, and a name says
 * little about its value); passwords in URLs; and of what follows `--`, which belongs to another
 * program, everything but that program. Of a command all of whose arguments may be secrets (`secretArgs`
 * is its id) no argument is shown, only the name in front of a value.
 */
export function redactArgv(
  argv: readonly string[],
  flags: Command.Loadable['flags'] = {},
  secretFlags: readonly string[] = [],
  secretArgs?: string,
): string[] {
  const isArgument = secretArgs === undefined ? () => false : findArguments(secretArgs, flags);
  const isSecretFlag = (spelling: string) => isSecretSpelling(spelling, flags, secretFlags);
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const foreign = end === -1 ? [] : argv.slice(end + 1);
  let hidesNext = false;
  const shown = own.map((token) => {
    if (isArgument(token)) return redactArgument(token);
    if (hidesNext) {
      hidesNext = false;
      // `-` says: from stdin. A secret flag without a value is followed by another flag.
      if (token === '-' || !isFlag(token)) return token === '-' ? token : HIDDEN;
    }
    if (!isFlag(token)) return redactWord(token);
    const [spelling = '', ...value] = token.split('=');
    const secret = isSecretFlag(spelling);
    hidesNext = secret && value.length === 0;
    if (value.length > 0) return `${spelling}=${secret ? HIDDEN : redactWord(value.join('='))}`;
    const glued = !token.startsWith('--') && token.length > 2 && isSecretFlag(token.slice(0, 2));
    if (glued) hidesNext = false;
    return glued ? `${token.slice(0, 2)}${HIDDEN}` : token;
  });
  const [program, ...rest] = foreign;
  if (end === -1) return shown;
  return [
    ...shown,
    '--',
    ...(program === undefined ? [] : [secretArgs === undefined ? redactWord(program) : HIDDEN]),
    ...(rest.length === 0 ? [] : [`(${rest.length} more)`]),
  ];
}

/** Tells of one token after the other whether it is an argument: no word of the command's id, no flag, no value of one. */
function findArguments(id: string, flags: Command.Loadable['flags']): (token: string) => boolean {
  let words = id.split(':');
  let isValue = false;
  return (token) => {
    if (isFlag(token)) {
      isValue = Object.entries(flags).some(
        ([name, { char, type }]) => type === 'option' && [`--${name}`, `-${char ?? ''}`].includes(token),
      );
      return false;
    }
    const isWord = token === id || token === words[0];
    if (isWord) words = token === id ? [] : words.slice(1);
    const isOwn = isWord || isValue;
    isValue = false;
    return !isOwn && token !== '-';
  };
}

/** What ends in `=` may be a value by itself, in base64. */
const redactArgument = (token: string): string =>
  /^([A-Za-z_][A-Za-z0-9_]*=)(?!=*$)/.exec(token)?.[1]?.concat(HIDDEN) ?? HIDDEN;

function isFlag(token: string): boolean {
  return token.startsWith('-') && token !== '-';
}

function isSecretSpelling(
  spelling: string,
  flags: Command.Loadable['flags'],
  secretFlags: readonly string[],
): boolean {
  const isSecret = (name: string) => isSecretName(name) || secretFlags.includes(name);
  if (spelling.startsWith('--')) return isSecret(spelling.slice(2));
  const named = Object.entries(flags).find(
    ([, flag]) => `-${flag.char ?? ''}` === spelling && flag.type === 'option',
  );
  return named !== undefined && isSecret(named[0]);
}

/** Shorter than any of {@link tokens}, and without a sign that any other form needs: most words, and no expression is made for them. */
const isPlain = (word: string) => word.length < 15 && !/[=:/?&#]/.test(word);

function redactWord(word: string): string {
  if (isPlain(word)) return word;
  const assignment = /^([A-Za-z_][A-Za-z0-9_.-]*)=(?=.)/s.exec(word);
  if (assignment !== null) return `${assignment[1]}=${HIDDEN}`;
  return word
    .replace(
      /^([a-z][a-z\d+.-]*:\/\/)(?:([^\s/:@]*):[^\s@]*|[^\s/:@]*)@/i,
      (_, scheme: string, user?: string) =>
        user === undefined ? `${scheme}${HIDDEN}@` : `${scheme}${user}:${HIDDEN}@`,
    )
    .replaceAll(/([?&#])([^=&#\s]{1,100})=([^&#\s]+)/g, (whole, mark: string, name: string) =>
      isSecretName(name) ? `${mark}${name}=${HIDDEN}` : whole,
    )
    .replace(/^(authorization\s*:\s*).+$/is, `$1${HIDDEN}`)
    .replaceAll(tokens, HIDDEN);
}
