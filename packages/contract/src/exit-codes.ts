/** The exit codes of `rig`, the same for the core, its plugins and strangers' plugins. */
export const ExitCode = {
  done: 0,
  unexpected: 1,
  usage: 2,
  invalidInput: 3,
  notAuthenticated: 4,
  notPermitted: 5,
  notFound: 6,
  conflict: 7,
  unreachable: 8,
  timedOut: 9,
  buildFailed: 10,
  releaseFailed: 11,
  cancelled: 12,
  changesPending: 20,
  problemsFound: 21,
  interrupted: 130,
  terminated: 143,
  remoteProtocol: 251,
  remoteTimeout: 252,
  remoteTargetGone: 253,
  remoteDenied: 254,
  remoteConnectionLost: 255,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
