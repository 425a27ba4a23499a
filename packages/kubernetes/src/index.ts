export type { KubeConfig } from '@kubernetes/client-node';
