import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { RigError } from '@rig-ops/contract/errors';
import type { Problem } from '@rig-ops/contract/resources';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

/** Watching a folder misses what is mounted from elsewhere and swapped by a link; looking does not. */
const LOOK_EVERY_MS = 2_000;
const ENDING_SOON_MS = 14 * 24 * 60 * 60 * 1000;

interface TlsFilesOptions {
  /** Path of the certificate with its chain, PEM. */
  readonly cert: string;
  /** Path of its private key, PEM. */
  readonly key: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lookEveryMs?: number;
}

interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Changes when one of the files does. */
  readonly state: string;
  readonly endsAt: number;
}

/** A certificate and its key from files, kept up to date while a server uses them. */
export class TlsFiles {
  readonly #options: TlsFilesOptions;
  #pair: Pair;
  /** State of the files that could not be used, and why. */
  #failure: { state: string; why: string } | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: TlsFilesOptions, pair: Pair) {
    this.#options = options;
    this.#pair = pair;
  }

  /** @throws RigError `config_unreadable` when the files cannot be read or do not fit */
  static async open(options: TlsFilesOptions): Promise<TlsFiles> {
    try {
      return new TlsFiles(options, await readPair(options, await stateOf(options)));
    } catch (cause) {
      throw new RigError('config_unreadable', `TLS cannot be served: ${(cause as Error).message}`, {
        hint: 'Correct the files, both PEM, or start with `rig platform start --listen off`.',
        cause,
      });
    }
  }

  get pair(): { cert: Buffer; key: Buffer } {
    const { cert, key } = this.#pair;
    return { cert, key };
  }

  /** Gives a server what the files hold from now on. Connections that are open go on as they are. */
  keep(server: Pick<Server, 'setSecureContext'>): void {
    const look = async () => {
      await this.#look(server);
      this.#timer?.refresh();
    };
    this.#timer = setTimeout(() => void look(), this.#options.lookEveryMs ?? LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  problems(): Problem[] {
    const left = this.#pair.endsAt - this.#options.clock.now().getTime();
    const problems: Problem[] = [];
    if (this.#failure !== undefined) {
      problems.push({
        code: 'tls_reload_failed',
        app: null,
        message: `The changed TLS files are not used: ${this.#failure.why}`,
        fix: `Correct ${this.#options.cert} and ${this.#options.key}.`,
      });
    }
    if (left < ENDING_SOON_MS) {
      problems.push({
        code: 'tls_certificate_ending',
        app: null,
        message: `The TLS certificate ${left < 0 ? 'ended' : 'ends'} at ${new Date(this.#pair.endsAt).toISOString()}.`,
        fix: `Renew ${this.#options.cert}.`,
      });
    }
    return problems;
  }

  async #look(server: Pick<Server, 'setSecureContext'>): Promise<void> {
    const { log } = this.#options;
    const state = await stateOf(this.#options).catch((error: unknown) => `unreadable: ${String(error)}`);
    if (state === this.#pair.state) {
      this.#failure = undefined;
      return;
    }
    if (state === this.#failure?.state) return;
    try {
      const pair = await readPair(this.#options, state);
      server.setSecureContext({ cert: pair.cert, key: pair.key });
      this.#pair = pair;
      this.#failure = undefined;
      log.info('The TLS certificate was reloaded', { endsAt: new Date(pair.endsAt).toISOString() });
    } catch (error) {
      // Often the other file is about to change too; then the state differs and this is tried again.
      this.#failure = { state, why: (error as Error).message };
      log.warn('The changed TLS files are not used', { error });
    }
  }
}

async function stateOf({ cert, key }: TlsFilesOptions): Promise<string> {
  const stats = await Promise.all([cert, key].map((path) => stat(path, { bigint: true })));
  return stats.map(({ ino, size, mtimeNs }) => `${ino}:${size}:${mtimeNs}`).join(' ');
}

async function readPair(options: TlsFilesOptions, state: string): Promise<Pair> {
  const [cert, key] = await Promise.all([readFile(options.cert), readFile(options.key)]);
  createSecureContext({ cert, key });
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    throw new Error('the private key does not belong to the certificate');
  }
  return { cert, key, state, endsAt: Date.parse(certificate.validTo) };
}
