import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import { fitLabel } from './object-names.ts';

const PLATFORM_LABEL = 'rig.dev/platform';
export const NETWORK_LABEL = 'rig.dev/network';
export const APP_LABEL = 'rig.dev/app';
export const APP_ID_LABEL = 'rig.dev/app-id';
export const PROCESS_LABEL = 'rig.dev/process';
export const RELEASE_LABEL = 'rig.dev/release';
/** Of what runs once, and of what a session runs in. */
export const INSTANCE_LABEL = 'rig.dev/instance';
export const SESSION_LABEL = 'rig.dev/session';

export type Labels = Readonly<Record<string, string>>;

/** Of everything of a platform; what has it not is never touched. */
export const platformLabels = (platform: string): Labels => ({
  'app.kubernetes.io/managed-by': 'rig',
  [PLATFORM_LABEL]: fitLabel(platform),
});

export type ProcessOfRelease = Pick<InstanceSpec, 'app' | 'appId' | 'process' | 'release'>;

/** By which a Deployment finds its pods: it cannot be changed, and no other one has it. */
export const selectorOf = (
  platform: string,
  { appId, process, release }: Omit<ProcessOfRelease, 'app'>,
): Labels => ({
  [PLATFORM_LABEL]: fitLabel(platform),
  [APP_ID_LABEL]: fitLabel(appId),
  [PROCESS_LABEL]: fitLabel(process),
  [RELEASE_LABEL]: `v${release}`,
});

/** What a person sees of a process of a release with `kubectl get … -L`, and selects it by. */
export const workloadLabels = (platform: string, network: string, of: ProcessOfRelease): Labels => ({
  ...platformLabels(platform),
  ...selectorOf(platform, of),
  [APP_LABEL]: fitLabel(of.app),
  [NETWORK_LABEL]: fitLabel(network),
});

/** Whether all of these are there. */
export const hasLabels = (labels: Labels | undefined, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels?.[name] === value);
