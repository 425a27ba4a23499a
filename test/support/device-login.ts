import { collect, type Outcome, type RunOptions, type User } from './rig.ts';

/** A `rig login` that waits for its approval. */
export interface WaitingLogin {
  code: string;
  outcome: Promise<Outcome>;
}

/** Starts `rig login` and answers once it shows its code. */
export async function startLogin(
  user: User,
  args: string[],
  options: RunOptions = {},
): Promise<WaitingLogin> {
  const child = user.spawn(['login', ...args], options);
  child.stdin?.end();
  const outcome = collect(child);
  let said = '';
  const code = new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const shown = /code ([A-Z]{4}-[A-Z]{4})\n/.exec(said)?.[1];
      if (shown !== undefined) resolve(shown);
    });
    child.once('close', () => reject(new Error(`rig login ended without a code: ${said}`)));
  });
  return { code: await code, outcome };
}
