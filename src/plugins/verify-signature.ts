import { RigError } from '@rig-ops/contract/errors';
import { type NpmOptions, npm, npmError, type NpmOutcome, tryNpm } from './npm.ts';

export interface SignatureFinding {
  /** What was verified; null with the reason. */
  verified: 'provenance' | 'registry' | null;
  reason: string;
}

/**
 * Has npm verify the registry signatures of a staged plugin and everything it depends on, and the
 * provenance attestations where there are any. npm passes over a registry without signing keys in
 * silence; here that is a finding. Throws `registry_unreachable` where nothing can be said.
 */
export async function verifySignature(
  { name, version }: { name: string; version: string },
  options: NpmOptions,
): Promise<SignatureFinding> {
  const registry = await registryOf(name, options);
  if (!(await hasSigningKeys(registry, options.signal))) {
    return { verified: null, reason: `the registry ${registry} signs nothing` };
  }
  const outcome = await tryNpm(
    ['audit', 'signatures', '--include-attestations', '--omit=dev', '--audit=true'],
    options,
  );
  const report = readReport(outcome);
  if (report === undefined) throw cannotVerify(name, npmError(outcome).message);
  const [bad] = report.invalid;
  if (bad !== undefined) {
    const { code = 'invalid' } = bad;
    return { verified: null, reason: `the signature of ${bad.name} ${bad.version} is wrong (${code})` };
  }
  const [unsigned] = report.missing;
  if (unsigned !== undefined) {
    return {
      verified: null,
      reason: `${unsigned.name} ${unsigned.version} has no signature of its registry`,
    };
  }
  const proven = (report.verified ?? []).some((entry) => entry.name === name && entry.version === version);
  return {
    verified: proven ? 'provenance' : 'registry',
    reason: proven ? '' : `${name} ${version} has no provenance`,
  };
}

/** The registry npm asks for a package, by its settings. */
async function registryOf(name: string, options: NpmOptions): Promise<string> {
  const settings = JSON.parse(await npm(['config', 'list'], options)) as Record<string, unknown>;
  const scoped = name.startsWith('@') ? settings[`${name.split('/')[0]}:registry`] : undefined;
  return String(scoped ?? settings.registry).replace(/\/$/, '');
}

/** Every registry that signs publishes its keys there (npm's documentation of registry signatures). */
async function hasSigningKeys(registry: string, signal: AbortSignal): Promise<boolean> {
  const address = `${registry}/-/npm/v1/keys`;
  let response: Response;
  try {
    response = await fetch(address, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw cannotVerify(registry, `${address}: ${String((error as Error).cause ?? error)}`);
  }
  // What a registry without keys answers; npm goes by the same two.
  if (response.status === 404 || response.status === 400) return false;
  if (!response.ok) throw cannotVerify(registry, `${address} answers ${response.status}`);
  const { keys } = (await response.json().catch(() => ({}))) as { keys?: unknown };
  return Array.isArray(keys) && keys.length > 0;
}

function cannotVerify(what: string, why: string): RigError {
  return new RigError('registry_unreachable', `The signature of ${what} cannot be verified: ${why}`, {
    hint: 'A policy asks for signatures; npm needs the registry and the Sigstore service to verify them.',
  });
}

interface Audited {
  name: string;
  version: string;
  code?: string;
}

interface Report {
  invalid: Audited[];
  missing: Audited[];
  verified?: Audited[];
}

function readReport({ stdout }: NpmOutcome): Report | undefined {
  try {
    const report = JSON.parse(stdout) as Partial<Report>;
    return Array.isArray(report.invalid) && Array.isArray(report.missing) ? (report as Report) : undefined;
  } catch {
    return undefined;
  }
}
