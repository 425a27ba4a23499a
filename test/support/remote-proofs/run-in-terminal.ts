import { readFileSync } from 'node:fs';
import { RigClient } from '@rig-ops/client';
import { SessionLink } from '@rig-ops/wire/session-link';
import type { User } from '../rig.ts';

/** How rig is reached without its command line: as a user elsewhere would. */
export function accessOf(user: User): { url: string; token: string } {
  return {
    url: user.platformFile<{ url: string }>('platform.json').url,
    token: readFileSync(`${user.home}/platform/token`, 'utf8').trim(),
  };
}

export function clientOf(user: User): RigClient {
  return new RigClient({ name: 'proof', ...accessOf(user) });
}

/** Runs a program in a terminal of the app and answers all it printed. */
export async function runInTerminal(
  client: RigClient,
  argv: string[],
  size: { columns: number; rows: number },
): Promise<{ output: Buffer; exitCode: number }> {
  const chunks: Buffer[] = [];
  const link = new SessionLink({
    connect: () => client.connect(),
    opening: {
      kind: 'command',
      params: { app: 'hello-node', argv, terminal: { ...size, term: 'xterm' } },
    },
    stdout: {
      take: (bytes) => {
        chunks.push(Buffer.from(bytes));
        return Promise.resolve();
      },
    },
  });
  const outcome = await link.outcome;
  if (!('exitCode' in outcome)) throw new Error('it went on without its client');
  return { output: Buffer.concat(chunks), exitCode: outcome.exitCode };
}
