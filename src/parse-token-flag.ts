import { RigError } from '@rig-ops/contract/errors';

/**
 * Parses the value of `--token -`. oclif's own check would repeat the value, and it may be a token, typed by
 * mistake. Throws `usage` for anything but `-`.
 */
export async function parseTokenFlag(value: string): Promise<string> {
  if (value === '-') return value;
  throw new RigError('usage', '--token takes "-" alone: what is typed can be read by others.', {
    hint: 'Pass the token in on stdin, for example: --token - < token.txt',
  });
}
