import type { SourceKind } from './plugin-source.ts';

/** What rig knows of a plugin the user installed or linked; an entry of `rig-plugins.lock`. */
export interface PluginRecord {
  name: string;
  version: string;
  source: {
    kind: SourceKind;
    /** As npm understands it; paths are absolute. */
    spec: string;
    /** For a registry: the tag or range that updates follow. */
    wanted: string | null;
  };
  /** `sha512-…` of the packed file it was installed from; null for a linked folder. */
  integrity: string | null;
  /** `sha256-…` over every file that was unpacked, dependencies included; null for a linked folder. */
  content: string | null;
  /** Where it lies: absolute for a linked folder, else relative to the folder of the plugins. */
  folder: string;
  /** What its package.json declares in `rig.permissions`. */
  permissions: string[];
  /** Packages whose install scripts a policy allowed, and that were run. */
  scriptsRun: string[];
  /** Whether its registry signature, and its provenance, were verified when it was installed. */
  signature: 'provenance' | 'registry' | null;
  installedAt: string;
}
