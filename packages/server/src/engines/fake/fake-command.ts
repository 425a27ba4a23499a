import type { CommandControl } from '@rig-ops/contract/channels';
import { ChannelStream } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { ExecParams } from '@rig-ops/contract/supervisor';
import type { Channel, OpenRequest } from '@rig-ops/wire';

/** Numbers of signals that tests send (signal(7)). */
const SIGNALS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

async function runProgram(
  channel: Channel,
  argv: readonly string[],
): Promise<{ code: number; bytes: number }> {
  const [program, ...args] = argv;
  if (program === 'cat') {
    let bytes = 0;
    for await (const chunk of channel.read(ChannelStream.stdin)) {
      bytes += chunk.length;
      await channel.write(ChannelStream.stdout, chunk);
    }
    return { code: 0, bytes };
  }
  if (program === 'false') return { code: 1, bytes: 0 };
  const line = Buffer.from(`${args.join(' ')}\n`);
  await channel.write(ChannelStream.stdout, line);
  return { code: 0, bytes: line.length };
}

/** Answers an `exec` channel as a machine would that has only `echo`, `cat` and `false`. */
export async function runFakeCommand(request: OpenRequest): Promise<void> {
  const params = request.params as ExecParams;
  const program = params.argv[0] ?? '';
  if (!['echo', 'cat', 'false'].includes(program)) {
    request.refuse(toErrorDocument(new RigError('remote_not_started', `There is no program "${program}".`)));
    return;
  }
  const channel = request.accept({ session: params.session, instance: params.instance });
  let ended = false;
  const end = (exitCode: number, signal: string | null, stdoutBytes: number) => {
    if (ended) return;
    ended = true;
    channel.exit({ exitCode, signal, stdoutBytes, stderrBytes: 0 });
  };
  channel.onControl = (message) => {
    const { signal } = message as CommandControl;
    end(128 + (SIGNALS[signal] ?? 0), signal, 0);
  };
  const { code, bytes } = await runProgram(channel, params.argv);
  end(code, null, bytes);
}
