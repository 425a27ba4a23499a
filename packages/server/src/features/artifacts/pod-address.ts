import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { get as getOverTls } from 'node:https';
import { RigError } from '@rig-ops/contract/errors';
import type { Problem } from '@rig-ops/contract/resources';
import type { PodSettings } from '@rig-ops/contract/supervisor';
import { PatientQuestion } from '../../patient-question.ts';

export interface PodAddressOptions {
  readonly settings: PodSettings | null;
  /** Whether there are networks whose instances fetch their files. */
  readonly isUsed: () => boolean;
  /** Why nobody answers there who is rigd; null when somebody does. Does not fail. */
  readonly ask?: (settings: PodSettings & { url: string }) => Promise<string | null>;
}

/** The status waits no longer. */
const PATIENCE_MS = 900;
const KEEP_MS = 30_000;
const ANSWER_MS = 3_000;

/** Where pods reach rigd, which nobody but whoever started the platform can know: so it is looked whether that may be. */
export class PodAddress {
  readonly #options: PodAddressOptions;
  readonly #question: PatientQuestion<string | null>;
  #last: string | null = null;

  constructor(options: PodAddressOptions) {
    this.#options = options;
    const { ask = askRigd, settings } = options;
    this.#question = new PatientQuestion(async () => {
      const url = settings?.url ?? null;
      return settings === null || url === null ? null : await ask({ ...settings, url });
    }, PATIENCE_MS);
  }

  /** @throws RigError `pod_url_missing` */
  require(): void {
    if ((this.#options.settings?.url ?? null) === null)
      throw new RigError('pod_url_missing', 'Pods could not fetch the files of the release.');
  }

  /** What `rig doctor` and `rig status` tell of it. */
  async problems(): Promise<Problem[]> {
    const { isUsed, settings } = this.#options;
    if (!isUsed()) return [];
    const url = settings?.url ?? null;
    if (url === null)
      return [
        problem(
          'pod_url_missing',
          'The platform does not know where pods reach it: nothing can be deployed.',
        ),
      ];
    if (isLoopback(new URL(url).hostname))
      return [
        problem(
          'pod_url_loopback',
          `Pods are told to fetch their files from ${url}, which is the pod itself.`,
        ),
      ];
    const found = await this.#question.answer(KEEP_MS);
    if (found !== undefined) this.#last = found;
    if (this.#last === null) return [];
    return [
      problem(
        'pod_url_unanswered',
        `${url}, where pods are told to fetch their files, does not answer from here: ${this.#last}.`,
      ),
    ];
  }
}

const problem = (code: string, message: string): Problem => ({
  code,
  app: null,
  message,
  fix: 'Start the platform with --pod-url URL, an address of rigd that pods reach, and --listen for it.',
});

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.|^0\.0\.0\.0$/.test(host);

/** As a pod does, from here: what is in the way of this machine may be in the way of pods as well. */
export async function askRigd({ authority, url }: PodSettings & { url: string }): Promise<string | null> {
  try {
    const ca = authority === null ? undefined : await readFile(authority);
    const text = await fetchText(`${url}/v1/version`, ca);
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? null : 'somebody else is there';
  } catch (error) {
    if (error instanceof SyntaxError) return 'somebody else is there';
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}

async function fetchText(url: string, ca: Buffer | undefined): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = url.startsWith('https:')
      ? getOverTls(url, { signal, agent: false, ...(ca === undefined ? {} : { ca }) }, resolve)
      : get(url, { signal, agent: false }, resolve);
    outgoing.on('error', (error) =>
      reject(signal.aborted ? new Error(`nothing within ${ANSWER_MS / 1000} s`) : error),
    );
  });
  let text = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > 10_000) throw new SyntaxError('too much');
  }
  return text;
}
