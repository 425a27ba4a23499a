import type { SourceKind } from '../plugin-source.ts';

/** The `[plugins]` table of a policy. What is left out is not restricted by it. */
export interface PluginRules {
  /** Names, scopes (`@acme/*`), each with an optional range (`@acme/*@^2`). Everything else is refused. */
  allow?: string[];
  /** As `allow`; wins over it. */
  deny?: string[];
  /** Kinds of sources a plugin may come from. */
  sources?: SourceKind[];
  /** A lock: a plugin must be in it with this version and digest. */
  lock?: Record<string, { version: string; integrity: string }>;
  /** What npm must be able to verify. `provenance` includes the signature. */
  signatures?: 'registry' | 'provenance';
  /** Packages whose install scripts may run. */
  scripts?: string[];
}

/** Rules with the place they come from. */
export interface Policy {
  /** Path of the file, or what platform it is; for people. */
  origin: string;
  kind: 'user' | 'admin' | 'platform';
  rules: PluginRules;
  /** The lock it names. */
  lockFile?: string;
}
