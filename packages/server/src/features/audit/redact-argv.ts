const SECRET_NAME = /pass(?:word|wd|phrase)?|secret|token|api-?_?key|credential|auth/i;
const MASK = '…';
const MAX_ARGUMENTS = 50;
const MAX_ARGUMENT_LENGTH = 1_000;

// Both begin where a word begins, which keeps them linear.
const USERINFO = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi;
const ASSIGNMENT = /(?<![\w-])([\w-]+)(\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s'"]+)/g;

/**
 * An argument vector as the audit log may keep it: values whose name says that they are secret, and passwords
 * in URLs, are masked; an argument that is very long is left out, since a secret may be cut in two.
 */
export function redactArgv(argv: readonly string[]): string[] {
  let maskNext = false;
  const redacted = argv.slice(0, MAX_ARGUMENTS).map((argument) => {
    if (argument.length > MAX_ARGUMENT_LENGTH) return `${MASK} (${argument.length} characters)`;
    const isValue = maskNext && !argument.startsWith('-');
    maskNext = /^--?[\w-]+$/.test(argument) && SECRET_NAME.test(argument);
    if (isValue) return MASK;
    return argument
      .replaceAll(ASSIGNMENT, (whole, name: string, sign: string) =>
        SECRET_NAME.test(name) ? `${name}${sign}${MASK}` : whole,
      )
      .replaceAll(USERINFO, `$1${MASK}@`);
  });
  return argv.length > MAX_ARGUMENTS ? [...redacted, `${MASK} (${argv.length} arguments)`] : redacted;
}
