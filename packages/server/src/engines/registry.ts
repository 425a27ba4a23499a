import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Engine } from './engine.ts';
import { DockerEngine } from './docker/docker-engine.ts';
import { KubernetesEngine } from './kubernetes/kubernetes-engine.ts';
import { ProcessEngine } from './process/process-engine.ts';

/** Every engine a platform can run on, by the name of its folder. */
export const engines = {
  docker: (layout: PlatformLayout): Engine => new DockerEngine(layout),
  kubernetes: (layout: PlatformLayout): Engine => new KubernetesEngine(layout),
  process: (layout: PlatformLayout): Engine => new ProcessEngine(layout),
} as const satisfies Record<string, (layout: PlatformLayout) => Engine>;
