import { SITE_SERVER } from '@rig-ops/contract/supervisor-containers';
import { execLine } from './exec-line.ts';
import { ENV_NAME, LOADER_NAME, siteServer, TOOLS } from './lay-tools.ts';

const LIBRARIES = `${TOOLS}/lib`;
const START = [`${LIBRARIES}/${LOADER_NAME}`, '--library-path', LIBRARIES];
const NODE = [...START, `${TOOLS}/bin/node`];

/** What the app has set for its own Node is not for that of rig. */
const NOT_OURS = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'LD_PRELOAD', 'LD_LIBRARY_PATH'];
const CLEAN = [...START, `${TOOLS}/bin/${ENV_NAME}`, ...NOT_OURS.flatMap((name) => ['-u', name])];

/**
 * The command of one of rig's own programs in a pod, as its init container has laid them from rig's image: of whatever machine
 * that was built for. What is started there has the environment of the container, and no other.
 */
export const insidePod = (args: readonly string[]): string[] => [
  ...CLEAN,
  ...NODE,
  `${TOOLS}/main.js`,
  ...args,
];

/** The command that copies files, as `@rig-ops/archive` says; run with {@link ownEnvironment}. */
export const archiveInPod = (told: object): string[] => [
  ...NODE,
  `${TOOLS}/packages/@rig-ops+archive/dist/main.js`,
  JSON.stringify(told),
];

export const ownEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  NOT_OURS.map((name) => [name, '']),
);

/** A command of an app: that of one of rig's own programs where it is named. */
export const commandInPod = ([program = '', ...args]: readonly string[]): string[] =>
  program === SITE_SERVER ? [...NODE, siteServer, ...args] : [...execLine([program, ...args])];
