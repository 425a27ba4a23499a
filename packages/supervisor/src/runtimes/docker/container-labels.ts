/** Labels of everything that rig makes on a daemon. What has not the one of this platform is never touched. */
export interface ContainerLabels {
  /** Those of everything of this platform. */
  readonly own: Readonly<Record<string, string>>;
  /** Name of what is made for an id: told apart from those of other platforms on the same daemon. */
  nameOf(id: string): string;
}

/** Also of networks, by the name of the network. */
export const NETWORK_LABEL = 'rig.network';
export const APP_LABEL = 'rig.app';
export const INSTANCE_LABEL = 'rig.instance';
export const SESSION_LABEL = 'rig.session';
/** Who of the platform has made it: what is rigd's is there for a moment, and goes with rigd. */
export const BY_LABEL = 'rig.by';
export const JOB_LABEL = 'rig.job';
export const RELEASE_LABEL = 'rig.release';
export const PROCESS_LABEL = 'rig.process';

/** @param platform id of the platform */
export const labelsOf = (platform: string): ContainerLabels => ({
  own: { 'rig.platform': platform },
  nameOf: (id) => `rig-${platform}-${id.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}`,
});
