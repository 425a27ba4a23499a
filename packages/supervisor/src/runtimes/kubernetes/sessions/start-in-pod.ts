import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Terminal } from '@rig-ops/contract/channels';
import type { ClusterExec } from '@rig-ops/kubernetes';
import type { StartFailure } from '../../../proc/spawn-program.ts';
import { type PodContainer, runInPod } from './pod-container.ts';
import { frame, type InputKind, PodProgram } from './pod-program.ts';
import { insidePod } from '../../tools/pod-tools.ts';
import { StartWords } from './take-words.ts';

export interface PodCommand {
  argv: readonly string[];
  /** Empty for that of the container. */
  cwd: string;
  /** Added to the environment of the container. */
  env: Readonly<Record<string, string>>;
  terminal: Terminal | null;
  /** `NAME=value` in the environment of all that it starts. */
  mark: string;
  /** Whether a cut connection must not look like the end of its stdin. */
  wary?: boolean;
}

/**
 * Starts a program beside what runs in a container. The API takes neither environment nor folder: one of rig's own programs is
 * started, and told these on its stdin.
 * @throws RigError `cluster_…` where it could not be asked for
 */
export async function startInPod(
  place: PodContainer,
  { argv, cwd, env, terminal, mark, wary = false }: PodCommand,
): Promise<PodProgram | StartFailure> {
  const { client, ...which } = place;
  const secret = randomBytes(12).toString('hex');
  const tty = terminal !== null;
  const command = insidePod(tty ? ['become', secret] : ['run', secret, mark]);
  const exec = await client.exec(which, { command, tty });
  const input: InputKind = tty ? 'typed' : exec.endsInput && !wary ? 'plain' : 'frames';
  const [name = '', value = ''] = splitMark(mark);
  const order = { argv, cwd, env: { ...env, [name]: value }, input, size: sizeOf(terminal), tells: true };
  const told = exec.stderr ?? exec.stdout;
  const words = new StartWords(told, secret);
  if (terminal !== null) {
    await exec.resize(terminal);
    if ((await words.next()) !== 'ready') return await failed(exec, words);
  }
  await exec.write(frame(Buffer.from(JSON.stringify(order))));
  const word = await words.next();
  if (word === null) return await failed(exec, words);
  if (!word.startsWith('begun ')) {
    exec.close();
    return { startError: word.replace(/^failed /, '') };
  }
  let started: PodProgram | null = null;
  // Of nothing but its end.
  const behind = words.behind(tty ? null : () => started?.isOver());
  started = new PodProgram({
    exec,
    input,
    stdout: exec.stderr === null ? behind : exec.stdout,
    stderr: exec.stderr === null ? null : behind,
    pid: Number(word.slice('begun '.length)),
    signal: async (signal) => void (await runInPod(place, ['foreground', mark, signal])),
  });
  return started;
}

const splitMark = (mark: string): string[] => {
  const at = mark.indexOf('=');
  return [mark.slice(0, at), mark.slice(at + 1)];
};

const sizeOf = (terminal: Terminal | null): object | null =>
  terminal === null ? null : { columns: terminal.columns, rows: terminal.rows };

/** The program that was to start it did not come to that. */
async function failed(exec: ClusterExec, words: StartWords): Promise<StartFailure> {
  discard(exec.stdout);
  if (exec.stderr !== null) discard(exec.stderr);
  const end = await exec.ended;
  exec.close();
  if (end.type === 'refused') return { startError: end.message };
  if (end.type === 'lost') return { startError: `the connection was cut: ${end.message}` };
  const said = words.rest.toString('utf8').trim().slice(-500);
  return { startError: `what rig runs in the pod ended with code ${end.exitCode}: ${said}` };
}

const discard = (stream: Readable): void => void stream.resume();
