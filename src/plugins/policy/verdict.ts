import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the policies of a machine and a user are. */
export interface PolicyPlaces {
  rigHome: string;
  /** Folder of the plugins. */
  dataDir: string;
  /** The administrator's file. */
  adminPolicy: string;
}

/** A plugin that is installed and not loaded. */
export interface DeniedPlugin {
  name: string;
  version: string;
  /** The file or platform, and the rule. */
  origin: string;
  rule: string;
  reason: string;
}

/** What came out of the policies, and of which state of which files. */
export interface Verdict {
  dataDir: string;
  stamps: Record<string, string>;
  denied: DeniedPlugin[];
}

/** The administrator's policy, unless who packaged rig says otherwise in `rig.adminPolicy` of its package.json. */
const ADMIN_POLICY = '/etc/rig/policy.toml';

export function adminPolicyOf(pjson: object): string {
  const { rig } = pjson as { rig?: { adminPolicy?: unknown } };
  return typeof rig?.adminPolicy === 'string' ? rig.adminPolicy : ADMIN_POLICY;
}

export function policyFiles({ rigHome, adminPolicy }: PolicyPlaces) {
  return {
    admin: adminPolicy,
    user: join(rigHome, 'policy.toml'),
    platform: join(rigHome, 'plugin-policies.json'),
  };
}

export function verdictPath(dataDir: string): string {
  return join(dataDir, 'verdict.json');
}

/** Changes whenever a file is replaced or written; empty for one that is not there. */
export function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? '' : `${found.ino}.${found.size}.${found.mtimeNs}.${found.ctimeNs}`;
}
