import npa from 'npm-package-arg';
import semver from 'semver';
import type { SourceKind } from '../plugin-source.ts';
import type { PluginRules, Policy } from './policy.ts';

/** What is known of a plugin when it is judged; null where it is not known yet. */
export interface JudgedPlugin {
  name: string;
  version: string | null;
  integrity: string | null;
  kind: SourceKind;
  signature: 'provenance' | 'registry' | null;
  /** Whether the signature was looked at; a rule about it is passed over before. */
  signatureKnown: boolean;
}

/** The rule that refuses a plugin, and where it stands. */
export interface Refusal {
  origin: string;
  /** Key in the `[plugins]` table. */
  rule: keyof PluginRules;
  reason: string;
}

/** Every policy has to agree; the first refusal is the answer. */
export function judge(plugin: JudgedPlugin, policies: readonly Policy[]): Refusal | undefined {
  for (const { origin, rules } of policies) {
    const refusal = judgeByOne(plugin, rules);
    if (refusal !== undefined) return { origin, ...refusal };
  }
  return undefined;
}

function judgeByOne(plugin: JudgedPlugin, rules: PluginRules): Omit<Refusal, 'origin'> | undefined {
  const { name, version, integrity, kind } = plugin;
  const full = version === null ? name : `${name} ${version}`;
  const denied = rules.deny?.find((pattern) => matches(pattern, name, version, false));
  if (denied !== undefined) return { rule: 'deny', reason: `"${denied}" denies ${full}` };
  if (rules.allow !== undefined && !rules.allow.some((pattern) => matches(pattern, name, version, true))) {
    return { rule: 'allow', reason: `none of ${list(rules.allow)} allows ${full}` };
  }
  if (rules.sources !== undefined && !rules.sources.includes(kind)) {
    return { rule: 'sources', reason: `a plugin may come from ${list(rules.sources)}, not from "${kind}"` };
  }
  if (rules.lock !== undefined) {
    const locked = rules.lock[name];
    if (locked === undefined) return { rule: 'lock', reason: `the lock does not name ${name}` };
    if (version !== null && version !== locked.version) {
      return { rule: 'lock', reason: `the lock wants ${name} ${locked.version}, not ${version}` };
    }
    if (version !== null && integrity !== locked.integrity) {
      return {
        rule: 'lock',
        reason: `the digest of ${full} is ${integrity ?? 'unknown'}; the lock wants ${locked.integrity}`,
      };
    }
  }
  if (rules.signatures !== undefined && plugin.signatureKnown) {
    const enough =
      rules.signatures === 'registry' ? plugin.signature !== null : plugin.signature === 'provenance';
    const what = rules.signatures === 'registry' ? 'the registry signature' : 'the provenance';
    if (!enough) return { rule: 'signatures', reason: `${what} of ${full} is not verified` };
  }
  return undefined;
}

/** Packages whose scripts may run: some policy has to say so, and none that speaks of scripts may leave them out. */
export function scriptsAllowed(names: readonly string[], policies: readonly Policy[]): string[] {
  const speaking = policies.map(({ rules }) => rules.scripts).filter((scripts) => scripts !== undefined);
  if (speaking.length === 0) return [];
  return names.filter((name) =>
    speaking.every((patterns) => patterns.some((pattern) => matches(pattern, name, null, true))),
  );
}

/** The strictest signature that is asked for. */
export function signatureWanted(policies: readonly Policy[]): 'registry' | 'provenance' | undefined {
  const wanted = policies.map(({ rules }) => rules.signatures);
  return wanted.includes('provenance') ? 'provenance' : wanted.find((one) => one !== undefined);
}

/**
 * Whether `name`, `@scope/*`, `*`, each with an optional `@range`, names a plugin. With no version known
 * yet the range counts as met where it would allow, and as not met where it would deny.
 */
function matches(pattern: string, name: string, version: string | null, unknown: boolean): boolean {
  const { names, range } = splitPattern(pattern);
  if (names !== '*' && names !== name && !(names.endsWith('/*') && name.startsWith(names.slice(0, -1))))
    return false;
  if (range === null) return true;
  return version === null ? unknown : semver.satisfies(version, range, { includePrerelease: true });
}

export function splitPattern(pattern: string): { names: string; range: string | null } {
  const at = pattern.indexOf('@', 1);
  return at === -1
    ? { names: pattern, range: null }
    : { names: pattern.slice(0, at), range: pattern.slice(at + 1) };
}

/** Why a pattern means nothing; undefined for a good one. */
export function patternProblem(pattern: string): string | undefined {
  const { names, range } = splitPattern(pattern);
  if (range !== null && semver.validRange(range) === null) return `"${range}" is no range of versions`;
  if (names === '*' || /^@[^/@*]+\/\*$/.test(names)) return undefined;
  try {
    return npa(names).name === names ? undefined : `"${names}" is neither a name nor a scope like @acme/*`;
  } catch {
    return `"${names}" is neither a name nor a scope like @acme/*`;
  }
}

function list(words: readonly string[]): string {
  return words.length === 0 ? 'nothing' : words.map((word) => `"${word}"`).join(', ');
}
