import { randomId } from './random-id.ts';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { GivenFlags } from './global-flags.ts';
import { platformEntries } from './platform-entries.ts';
import { ResultStdout } from './result-stdout.ts';
import type { Run } from './run.ts';

/** Makes the state of one run from the process it runs in. */
export function beginRun(argv: readonly string[], { given }: { given: GivenFlags }): Run {
  const id = randomId();
  const abort = new AbortController();
  const rigHome = rigHomeOf(process.env);
  return {
    id,
    argv,
    startedAt: new Date(),
    rigHome,
    abort,
    given,
    config: undefined,
    command: undefined,
    ownKind: false,
    abandonsHook: false,
    contextName: undefined,
    failure: undefined,
    quiet: false,
    interruptedBy: undefined,
    format: 'text',
    query: undefined,
    stdout: new ResultStdout(),
    invocation: {
      id,
      machine: false,
      signal: abort.signal,
      rigHome,
      cwd: process.cwd(),
      env: process.env,
      version: '',
      get platformEntries() {
        return platformEntries();
      },
      nodeArguments: process.execArgv.filter((argument) => argument.startsWith('--conditions')),
      // Only who asks for a stream opens it: stdin would keep the process alive.
      streams: {
        get stdin() {
          return process.stdin;
        },
        get stdout() {
          return process.stdout;
        },
        get stderr() {
          return process.stderr;
        },
      },
      chosenContext: undefined,
      client: undefined,
      authenticate: async () => undefined,
      exitCode: undefined,
      renderRecord: undefined,
    },
  };
}

function rigHomeOf(env: NodeJS.ProcessEnv): string {
  const given = env.RIG_HOME;
  return given === undefined || given === '' ? join(homedir(), '.rig') : resolve(given);
}
