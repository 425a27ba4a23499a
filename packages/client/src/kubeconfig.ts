export { type KubeconfigChoice, pickContext } from './kubeconfig/pick-context.ts';
