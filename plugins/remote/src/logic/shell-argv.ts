/** The text is run by `sh` as the app finds it. */
export const shellArgv = (script: string): string[] => ['sh', '-c', script];
