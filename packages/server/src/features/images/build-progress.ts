import type { BuildTrace, BuildVertex, ImageProgress } from '@rig-ops/docker';
import type { ImageLog } from './image-log.ts';
import type { ImageSteps } from './image-steps.ts';

const MAX_NAME = 200;

/** What a builder does on its own account: of interest only where it fails. */
const isOwn = (name: string): boolean => name.startsWith('[internal]') || name === 'copy /context /';

/** `[2/3] RUN npm ci`: a step with a script in it is told by its first line. */
const nameOfStep = (name: string): string => (name.split('\n')[0] ?? '').slice(0, MAX_NAME);

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** What became of a build. */
export interface BuildOutcome {
  /** Of the image; null where none was told. */
  id: string | null;
  /** Why there is none, as the daemon says it. */
  error: string | null;
  /** The step that failed; null where it was none of the Dockerfile. */
  step: string | null;
}

/** Turns what a daemon tells of a build into steps and lines of its log; knows both builders. */
export class BuildProgress {
  readonly #log: ImageLog;
  readonly #steps: ImageSteps;
  readonly #names = new Map<string, string>();
  readonly #done = new Set<string>();
  readonly #readTrace: (message: Buffer) => BuildTrace;
  #outcome: BuildOutcome = { id: null, error: null, step: null };
  /** Of the builder that tells one line after the other. */
  #classic: string | null = null;

  constructor({
    log,
    steps,
    readTrace,
  }: {
    log: ImageLog;
    steps: ImageSteps;
    readTrace: (message: Buffer) => BuildTrace;
  }) {
    this.#log = log;
    this.#steps = steps;
    this.#readTrace = readTrace;
  }

  get outcome(): BuildOutcome {
    return this.#outcome;
  }

  async take({ aux, error, errorDetail, id, stream }: ImageProgress): Promise<void> {
    if (id === 'moby.buildkit.trace' && typeof aux === 'string')
      await this.#trace(this.#readTrace(Buffer.from(aux, 'base64')));
    else if (typeof aux === 'object' && aux.ID !== undefined)
      this.#outcome = { ...this.#outcome, id: aux.ID };
    if (stream !== undefined) await this.#line(stream);
    const said = errorDetail?.message ?? error;
    if (said === undefined) return;
    const failed = this.#classic ?? this.#outcome.step;
    this.#outcome = { ...this.#outcome, error: said, step: failed };
    if (this.#classic !== null) await this.#end(this.#classic, said);
  }

  async #trace({ output, vertices, warnings }: BuildTrace): Promise<void> {
    for (const vertex of vertices) await this.#vertex(vertex);
    for (const { bytes, stream, vertex } of output)
      await this.#log.print(this.#names.get(vertex) ?? 'build', stream, bytes);
    for (const warning of warnings) if (warning !== '') await this.#log.tell('build', `Warning: ${warning}`);
  }

  async #vertex({ cached, completedAt, digest, error, name: told, startedAt }: BuildVertex): Promise<void> {
    const name = nameOfStep(told);
    this.#names.set(digest, name);
    if (startedAt === null || this.#done.has(digest)) return;
    if (isOwn(told)) return;
    if (!this.#steps.running.has(name)) {
      await this.#steps.begin(name);
      if (!cached) await this.#log.tell(name, told);
    }
    if (completedAt === null) return;
    this.#done.add(digest);
    if (error !== '' && !isCancelled(error)) this.#outcome = { ...this.#outcome, step: name };
    if (cached) await this.#log.tell(name, `${name}: from the cache`);
    await this.#end(name, error);
  }

  /** `Step 2/3 : RUN npm ci`, of Podman `STEP 2/3: RUN npm ci`, and what is printed behind it. */
  async #line(text: string): Promise<void> {
    const [, place, instruction = ''] = /^(?:\[\d+\/\d+\] )?step (\d+\/\d+) ?: (.*)/is.exec(text) ?? [];
    if (place !== undefined) {
      if (this.#classic !== null) await this.#end(this.#classic, '');
      this.#classic = nameOfStep(`[${place}] ${instruction.trimEnd()}`);
      await this.#steps.begin(this.#classic);
      await this.#log.tell(this.#classic, `[${place}] ${instruction.trimEnd()}`);
      return;
    }
    if (this.#classic !== null && text.startsWith(' ---> Using cache'))
      await this.#log.tell(this.#classic, `${this.#classic}: from the cache`);
    if (
      text.startsWith(' ---> ') ||
      /^(?:Removing intermediate container|Successfully (?:built|tagged)) /.test(text)
    )
      return;
    await this.#log.print(this.#classic ?? 'build', 'stdout', Buffer.from(text));
  }

  async #end(name: string, error: string): Promise<void> {
    const durationMs = await this.#steps.end(name, error === '' ? 'succeeded' : 'failed', exitCodeOf(error));
    const how = error === '' ? `step ${name} succeeded` : `step ${name} failed`;
    await this.#log.tell(name, `${how} after ${seconds(durationMs)}`);
    if (name === this.#classic) this.#classic = null;
  }

  /** Nothing more is told: what the daemon has not ended has ended with it. */
  async finish(): Promise<void> {
    if (this.#classic !== null) await this.#end(this.#classic, '');
  }
}

const isCancelled = (error: string): boolean => /context canceled/i.test(error);

/** Of the command of a step; null where it was something else. */
export function exitCodeOf(said: string): number | null {
  const [, code] = /(?:exit code: |returned a non-zero code: )(\d+)/.exec(said) ?? [];
  return code === undefined ? null : Number(code);
}
