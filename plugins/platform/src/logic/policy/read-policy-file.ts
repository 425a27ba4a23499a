import { readFile } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { AccessPolicy } from '@rig-ops/contract/resources';
import { readPolicyDocument } from './parse-policy.ts';

const MAX_BYTES = 256 * 1024;

/**
 * Reads a policy from a file of TOML, or of JSON where its name ends so.
 * @throws RigError `invalid_policy`
 */
export async function readPolicyFile(path: string): Promise<AccessPolicy> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RigError('invalid_policy', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      hint: 'Check the path of the file.',
    });
  });
  if (text.length > MAX_BYTES) throw unreadable(path, 'it is larger than 256 KiB');
  return readPolicyDocument(path.endsWith('.json') ? parseJson(path, text) : await parseToml(path, text));
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, cause);
  }
}

async function parseToml(path: string, text: string): Promise<unknown> {
  const { getStaticTOMLValue, ParseError, parseTOML } = await import('toml-eslint-parser');
  try {
    return getStaticTOMLValue(parseTOML(text, { tomlVersion: '1.0.0' }));
  } catch (cause) {
    const where = cause instanceof ParseError ? `line ${cause.lineNumber}: ` : '';
    throw unreadable(path, where + (cause as Error).message, cause);
  }
}

const unreadable = (path: string, why: string, cause?: unknown) =>
  new RigError('invalid_policy', `${path} is not as it should be: ${why}`, { cause });
