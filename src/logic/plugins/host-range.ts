/** What a plugin says about rig, in `rig` of its package.json. */
interface PluginPackage {
  name?: unknown;
  version?: unknown;
  rig?: unknown;
}

/** Why a plugin does not fit a version of rig. */
export interface HostMismatch {
  plugin: string;
  /** What the plugin declares; null when it is no range at all. */
  range: string | null;
  hostVersion: string;
  /** One sentence for people. */
  reason: string;
}

/**
 * Compares `rig.host` of a plugin's package.json, a range of versions as npm writes them, with the
 * version of rig; undefined where they fit or the plugin declares nothing. A range that nobody can read
 * fits nothing: its author wanted to exclude something. A pre-release fits what the release to come fits.
 */
export async function findHostMismatch(
  pjson: PluginPackage,
  hostVersion: string,
): Promise<HostMismatch | undefined> {
  const declared = (pjson.rig as { host?: unknown } | null | undefined)?.host;
  if (declared === undefined || fitsPlainly(declared, hostVersion)) return undefined;
  // Read for the few plugins that declare a range, not at the start of every command.
  const { default: semver } = await import('semver');
  const range = typeof declared === 'string' && semver.validRange(declared) !== null ? declared : null;
  const host = semver.parse(hostVersion);
  const released = host === null ? hostVersion : `${host.major}.${host.minor}.${host.patch}`;
  if (range !== null && semver.satisfies(released, range)) return undefined;
  const plugin = `${String(pjson.name)}@${String(pjson.version)}`;
  const reason =
    range === null
      ? `${plugin} says it is for rig ${JSON.stringify(declared)}, which is no range of versions.`
      : `${plugin} is for rig ${range}; this is rig ${hostVersion}.`;
  return { plugin, range, hostVersion, reason };
}

/**
 * Whether a range of the plainest kind (`>=0.1 <1`, as the scaffold writes it) is met. False says nothing:
 * the library decides. It takes longer to load than everything else about a plugin.
 */
function fitsPlainly(range: unknown, hostVersion: string): boolean {
  const host = /^(\d+)\.(\d+)\.(\d+)/.exec(hostVersion)?.slice(1).map(Number);
  if (typeof range !== 'string' || host === undefined) return false;
  return range.split(' ').every((part) => {
    const [, operator, ...numbers] = /^(>=|<)(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(part) ?? [];
    if (operator === undefined) return false;
    const difference =
      host.map((number, index) => number - Number(numbers[index] ?? 0)).find((by) => by !== 0) ?? 0;
    return operator === '>=' ? difference >= 0 : difference < 0;
  });
}
