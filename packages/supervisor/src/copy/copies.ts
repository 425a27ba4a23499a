import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CopyProgram } from '@rig-ops/archive';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { OpenRequest } from '@rig-ops/wire';
import type { Program } from '../proc/spawn-program.ts';
import { openPipes } from '../sessions/open-pipes.ts';
import { PipeProgram } from '../sessions/pipe-program.ts';
import { isContained } from '../instances/is-contained.ts';
import type { ContainerTransfers } from '../runtimes/containers.ts';
import type { CopySession } from './copy-session.ts';
import type { PipeShelf } from '../sessions/pipe-shelf.ts';
import { parseCopySpec } from './parse-copy-spec.ts';

export interface CopiesOptions {
  findInstance: (id: string) => InstanceReport | undefined;
  /** Null where no daemon is used. */
  containers: ContainerTransfers | null;
  /** HOME and TMPDIR of an instance. */
  homeOf: (id: string) => Record<string, string>;
  /** Puts a program into the place of an instance, which can read the folders `more` as well. */
  enclose: (program: Program, instance: InstanceReport, more: readonly string[]) => Promise<Program>;
  /** What every app sees as its own, beside its folders. */
  commonRoots: readonly string[];
  /** Node with its arguments, up to the entry. */
  node: readonly string[];
  /** PATH and LANG of what runs. */
  baseEnvironment: Record<string, string>;
  /** Pipes for what runs. */
  shelf: PipeShelf;
}

/** The copies of this host: each is a program in the place of an instance, and ends with its channel. */
export class Copies {
  readonly #options: CopiesOptions;
  readonly #sessions = new Map<CopySession, string>();
  #closing = false;

  constructor(options: CopiesOptions) {
    this.#options = options;
  }

  /** Answers an OPEN; whatever goes wrong refuses it. */
  async open(request: OpenRequest): Promise<void> {
    let session: CopySession | null;
    let instance: string;
    try {
      const spec = parseCopySpec(request.params);
      ({ instance } = spec);
      session = await this.#start(request, spec);
    } catch (error) {
      request.refuse(toErrorDocument(error));
      return;
    }
    if (session === null) return;
    this.#sessions.set(session, instance);
    if (this.#closing) session.end();
    await session.ended;
    this.#sessions.delete(session);
  }

  /** Ends those in an instance, whose folders are about to go. */
  async end(instance: string): Promise<void> {
    await this.#endAll([...this.#sessions].flatMap(([session, of]) => (of === instance ? [session] : [])));
  }

  async endAll(): Promise<void> {
    this.#closing = true;
    await this.#endAll([...this.#sessions.keys()]);
    this.#options.shelf.close();
  }

  async #endAll(sessions: readonly CopySession[]): Promise<void> {
    for (const session of sessions) session.end();
    await Promise.all(sessions.map(({ ended }) => ended));
  }

  async #start(request: OpenRequest, spec: CopySpec): Promise<CopySession | null> {
    if (this.#closing) throw new RigError('platform_not_running', 'The platform is being stopped.');
    const { findInstance, homeOf, enclose, commonRoots, node, baseEnvironment, shelf } = this.#options;
    const instance = findInstance(spec.instance);
    if (instance === undefined || instance.state === 'exited') {
      throw new RigError('remote_target_gone', 'The instance does not run any more.');
    }
    const { CopySession } = await import('./copy-session.ts');
    const { containers } = this.#options;
    if (isContained(instance.spec) && containers !== null) {
      const program = await containers.copy(instance, spec);
      return CopySession.open(request, program, spec);
    }
    const home = homeOf(spec.instance);
    const { direction, path, recursive, raw, noClobber } = spec;
    const told: CopyProgram = {
      direction,
      path,
      recursive,
      raw,
      noClobber,
      roots: [instance.spec.cwd, ...Object.values(home), ...commonRoots],
    };
    const { HOME: _, TMPDIR: __, ...base } = baseEnvironment;
    const program: Program = {
      argv: [...node, entry(), JSON.stringify(told)],
      cwd: instance.spec.cwd,
      env: { ...base, ...home },
    };
    const enclosed = await enclose(program, instance, ownPackages());
    const started = await PipeProgram.start(enclosed, openPipes(await shelf.take()));
    return CopySession.open(request, started, spec);
  }
}

const entry = (): string => fileURLToPath(import.meta.resolve('@rig-ops/archive/main'));

/** What the program is made of; what comes from elsewhere, an app sees anyway. */
const ownPackages = (): string[] =>
  ['@rig-ops/archive', '@rig-ops/contract'].map((name) =>
    dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))),
  );
