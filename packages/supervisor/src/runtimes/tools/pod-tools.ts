import type { ContainerTools } from '../docker/container-tools.ts';
import { SITE_SERVER } from '@rig-ops/contract/supervisor-containers';
import { LOADER_NAME, siteServer, TOOLS } from './lay-tools.ts';

const node = [`${TOOLS}/lib/${LOADER_NAME}`, '--library-path', `${TOOLS}/lib`, `${TOOLS}/bin/node`];

/** rig's own programs in a pod, as its init container has laid them from rig's image: of whatever machine that was built for. */
export const podTools: Omit<ContainerTools, 'shown'> = {
  inside: (args) => [...node, `${TOOLS}/main.js`, ...args],
  command: ([program = '', ...args]) =>
    program === SITE_SERVER ? [...node, siteServer, ...args] : [program, ...args],
  archive: (told) => [...node, `${TOOLS}/packages/@rig-ops+archive/dist/main.js`, JSON.stringify(told)],
  environment: ['NODE_OPTIONS=', 'NODE_EXTRA_CA_CERTS=', 'LD_PRELOAD=', 'LD_LIBRARY_PATH='],
};
