/** Name of the process that the release command is. */
export const RELEASE_PROCESS = 'release';
