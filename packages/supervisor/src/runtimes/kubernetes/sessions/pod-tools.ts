/** Where they are in a pod. */
const ROOT = '/.rig';
const LIBRARIES = `${ROOT}/lib`;
/** The loader of the libraries that Node has with it, whatever its own name. */
const START = [`${LIBRARIES}/ld.so`, '--library-path', LIBRARIES];
const NODE = [...START, `${ROOT}/bin/node`];

/** What the app has set for its own Node is not for that of rig. */
const NOT_OURS = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'LD_PRELOAD', 'LD_LIBRARY_PATH'];
const CLEAN = [...START, `${ROOT}/bin/env`, ...NOT_OURS.flatMap((name) => ['-u', name])];

/** The command of one of rig's own programs in a pod: an exec there has the environment of the container, and no other. */
export const insidePod = (args: readonly string[]): string[] => [
  ...CLEAN,
  ...NODE,
  `${ROOT}/main.js`,
  ...args,
];

/** The command that copies files, as `@rig-ops/archive` says; run with {@link ownEnvironment}. */
export const archiveInPod = (told: object): string[] => [
  ...NODE,
  `${ROOT}/packages/@rig-ops+archive/dist/main.js`,
  JSON.stringify(told),
];

export const ownEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  NOT_OURS.map((name) => [name, '']),
);
