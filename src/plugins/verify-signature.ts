import { type NpmOptions, npmError, type NpmOutcome, tryNpm } from './npm.ts';

export interface SignatureFinding {
  /** What was verified; null with the reason. */
  verified: 'provenance' | 'registry' | null;
  reason: string;
}

/**
 * Has npm verify the registry signatures of a staged plugin and everything it depends on, and the
 * provenance attestations where there are any. npm passes over a registry without signing keys in
 * silence; here that is a finding.
 */
export async function verifySignature(
  { name, version }: { name: string; version: string },
  options: NpmOptions,
): Promise<SignatureFinding> {
  const outcome = await tryNpm(
    ['audit', 'signatures', '--include-attestations', '--omit=dev', '--audit=true'],
    options,
  );
  const report = readReport(outcome);
  if (report === undefined) {
    const { message, details } = npmError(outcome);
    const { summary } = (details?.npm ?? {}) as { summary?: string };
    return { verified: null, reason: summary ?? message };
  }
  const [bad] = report.invalid;
  if (bad !== undefined) {
    return {
      verified: null,
      reason: `the signature of ${bad.name} ${bad.version} is wrong (${bad.code ?? 'invalid'})`,
    };
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
