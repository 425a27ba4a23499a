import type { Readable } from 'node:stream';
import type { CommandParams } from '@rig-ops/contract/channels';
import type { LeftSession } from './begin-detached.ts';
import { SessionLink } from '@rig-ops/wire/session-link';
import { leftLine } from './session-words.ts';
import type { Setting } from './setting.ts';
import { stdinForMany } from './stdin-for-many.ts';

/** Starts a program and leaves it; a file as stdin is sent to its end before. */
export async function runDetached(
  { rig, streams, ui, signal }: Setting,
  { params, stdin }: { params: CommandParams; stdin: boolean },
): Promise<LeftSession> {
  const input = stdinForMany(streams.stdin, stdin);
  // What it prints stays with the session.
  const nothing = { take: async () => undefined };
  const link = new SessionLink({
    connect: () => rig.connect(),
    opening: { kind: 'command', params: { ...params, detach: true } },
    stdout: nothing,
    stderr: nothing,
    signal,
  });
  const { session, instance, limits } = await link.accepted;
  if (input !== null) await send(input(), link);
  link.end();
  link.control({ type: 'detach', behindInput: true });
  const outcome = await link.outcome;
  ui.print(session);
  ui.note(
    'exitCode' in outcome
      ? `It has ended already, with exit code ${outcome.exitCode}.`
      : leftLine(session, limits),
  );
  return { session, instance };
}

async function send(input: Readable, link: SessionLink): Promise<void> {
  for await (const chunk of input as AsyncIterable<Buffer>) await link.write(chunk);
}
