import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { sourceKinds } from '../plugin-source.ts';
import { parseLock } from '../plugin-store.ts';
import { patternProblem, splitPattern } from './evaluate-policy.ts';
import type { PluginRules } from './policy.ts';

export interface ParsedPolicy {
  rules: PluginRules;
  /** The lock it names. */
  lockFile?: string;
}

/** Reads a policy file. An absent file is no policy. @throws RigError `invalid_policy` with the line */
export function readPolicyFile(path: string): ParsedPolicy | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new RigError('invalid_policy', `${path} cannot be read (${code}).`, { cause: error });
  }
  return parsePolicy(text, path);
}

/** The rules in the text of a policy file; a key that rig does not know is an error, not a rule less. */
export function parsePolicy(text: string, path: string): ParsedPolicy {
  let document: AST.TOMLProgram;
  try {
    document = parseTOML(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new RigError('invalid_policy', `${path}:${error.lineNumber}: ${error.message}`, { cause: error });
  }
  const value = getStaticTOMLValue(document) as Record<string, unknown>;
  for (const key of Object.keys(value))
    if (key !== 'plugins') fail(path, text, key, `there is no table [${key}]`);
  if (value.plugins === undefined) return { rules: {} };
  if (typeof value.plugins !== 'object' || value.plugins === null)
    fail(path, text, 'plugins', 'plugins is no table');
  const table = value.plugins as Record<string, unknown>;
  const rules = checkRules(
    table,
    (key, what) => fail(path, text, key, what),
    (lock) => (typeof lock === 'string' ? readLock(resolve(dirname(path), lock)) : undefined),
  );
  return typeof table.lock === 'string' ? { rules, lockFile: resolve(dirname(path), table.lock) } : { rules };
}

/** Checks rules that are no TOML: those of a platform. */
export function checkPlatformRules(rules: Record<string, unknown>, origin: string): PluginRules {
  return checkRules(
    rules,
    (_key, what) => {
      throw new RigError('invalid_policy', `${origin}: ${what}.`);
    },
    // A platform sends the lock itself, as its contract says.
    (lock) => lock as PluginRules['lock'],
  );
}

function checkRules(
  table: Record<string, unknown>,
  refuse: (key: string, what: string) => never,
  lockFrom: (value: unknown) => PluginRules['lock'],
): PluginRules {
  const rules: PluginRules = {};
  for (const [key, value] of Object.entries(table)) {
    if (key === 'allow' || key === 'deny' || key === 'scripts') {
      const patterns = words(value) ?? refuse(key, `${key} is no list of names`);
      for (const pattern of patterns) {
        const problem = patternProblem(pattern);
        if (problem !== undefined) refuse(key, `${key}: ${problem}`);
        if (key === 'scripts' && splitPattern(pattern).range !== null)
          refuse(key, 'scripts takes names without a version');
      }
      rules[key] = patterns;
    } else if (key === 'sources') {
      const kinds = words(value) ?? refuse(key, 'sources is no list of words');
      const known = kinds.flatMap((kind) => sourceKinds.find((one) => one === kind) ?? []);
      if (known.length < kinds.length) refuse(key, `sources are ${sourceKinds.join(', ')}`);
      rules.sources = known;
    } else if (key === 'signatures') {
      if (value !== 'registry' && value !== 'provenance')
        refuse(key, 'signatures is "registry" or "provenance"');
      rules.signatures = value;
    } else if (key === 'lock') {
      rules.lock = lockFrom(value) ?? refuse(key, 'lock is no path of a rig-plugins.lock');
    } else refuse(key, `there is no rule "${key}"`);
  }
  return rules;
}

function words(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;
}

function readLock(path: string): NonNullable<PluginRules['lock']> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new RigError('invalid_policy', `The lock ${path} cannot be read.`, { cause: error });
  }
  const entries = Object.entries(parseLock(text, path));
  return Object.fromEntries(
    entries.map(([name, { version, integrity }]) => [name, { version, integrity: integrity ?? '' }]),
  );
}

function fail(path: string, text: string, key: string, what: string): never {
  const line = text.split('\n').findIndex((one) => new RegExp(`^\\s*\\[?\\s*"?${key}\\b`).test(one)) + 1;
  throw new RigError('invalid_policy', `${path}:${Math.max(1, line)}: ${what}.`);
}
