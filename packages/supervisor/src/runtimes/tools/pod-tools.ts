import type { ContainerTools } from '../docker/container-tools.ts';
import { LOADER_NAME, TOOLS } from './lay-tools.ts';

const node = [`${TOOLS}/lib/${LOADER_NAME}`, '--library-path', `${TOOLS}/lib`, `${TOOLS}/bin/node`];

/** rig's own programs in a pod, as its init container has laid them from rig's image: of whatever machine that was built for. */
export const podTools: Omit<ContainerTools, 'shown'> = {
  inside: (args) => [...node, `${TOOLS}/main.js`, ...args],
  archive: (told) => [...node, `${TOOLS}/packages/@rig-ops+archive/dist/main.js`, JSON.stringify(told)],
  environment: ['NODE_OPTIONS=', 'NODE_EXTRA_CA_CERTS=', 'LD_PRELOAD=', 'LD_LIBRARY_PATH='],
};
