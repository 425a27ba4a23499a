import { readFile, rename, writeFile } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import { type LogLimitsFile, parseLogLimits } from '@rig-ops/contract/log-limits';

/** `log-limits.json`: people may write it by hand, and the supervisor reads it again every few seconds. */
export class LimitsFile {
  readonly #path: string;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws RigError `invalid_input` when somebody has written what cannot be understood */
  async read(): Promise<LogLimitsFile> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    try {
      return parseLogLimits(text);
    } catch (error) {
      const { message } = error as Error;
      throw new RigError('invalid_input', `The limits of logs cannot be read: ${message}.`, {
        hint: `Somebody has changed ${this.#path} by hand: repair or remove it.`,
        cause: error,
      });
    }
  }

  /** One change after the other; a reader sees the file before it or behind it. */
  async change(edit: (file: LogLimitsFile) => LogLimitsFile): Promise<LogLimitsFile> {
    const changing = this.#changing.then(async () => {
      const file = edit(await this.read());
      const fresh = `${this.#path}.fresh`;
      await writeFile(fresh, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
      await rename(fresh, this.#path);
      return file;
    });
    this.#changing = changing.catch(() => undefined);
    return await changing;
  }
}
