import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { OpenRequest } from '@rig-ops/wire';
import type { ExecSession } from './exec-session.ts';
import { parseExecParams } from './parse-exec-params.ts';

interface SessionsContext {
  findInstance: (id: string) => InstanceReport | undefined;
  /** HOME and TMPDIR of an instance. */
  homeOf: (id: string) => Record<string, string>;
  /** Folder of this process's own, where pipes have their names for a moment. */
  folder: string;
}

/** All sessions of this host. */
export class ExecSessions {
  readonly #context: SessionsContext;
  readonly #sessions = new Map<ExecSession, { instance: string | null }>();
  #closing = false;

  constructor(context: SessionsContext) {
    this.#context = context;
  }

  /** Answers an OPEN; whatever goes wrong refuses it. */
  async open(request: OpenRequest): Promise<void> {
    let session: ExecSession | null;
    try {
      session = await this.#start(request);
    } catch (error) {
      request.refuse(toErrorDocument(error));
      return;
    }
    if (session === null) return;
    if (this.#closing) session.kill();
    await session.ended;
    this.#sessions.delete(session);
  }

  /** Hangs up the sessions in an instance. */
  hangUp(instance: string): void {
    for (const [session, about] of this.#sessions) if (about.instance === instance) session.hangUp();
  }

  /** Ends all of them at once. */
  async endAll(): Promise<void> {
    this.#closing = true;
    const all = [...this.#sessions.keys()];
    for (const session of all) session.kill();
    await Promise.allSettled(all.map(async ({ ended }) => await ended));
  }

  async #start(request: OpenRequest): Promise<ExecSession | null> {
    if (request.kind !== 'exec') {
      throw new RigError('invalid_input', `There is no channel of kind ${JSON.stringify(request.kind)}.`);
    }
    if (this.#closing) throw new RigError('platform_not_running', 'The platform is being stopped.');
    const params = parseExecParams(request.params);
    // On first use: it brings the schemas of the contract with it.
    const { ExecSession } = await import('./exec-session.ts');
    const { instance: id } = params;
    const { folder } = this.#context;
    if (id === null)
      return this.#track(await ExecSession.open(request, params, { instance: '', folder }), id);
    const instance = this.#context.findInstance(id);
    if (instance === undefined || instance.state === 'exited') {
      throw new RigError('remote_target_gone', 'The instance does not run any more.');
    }
    const env = { ...this.#context.homeOf(id), ...params.env };
    const place = { instance: instance.spec.name, folder };
    return this.#track(await ExecSession.open(request, { ...params, env }, place), id);
  }

  #track(session: ExecSession | null, instance: string | null): ExecSession | null {
    if (session !== null) this.#sessions.set(session, { instance });
    return session;
  }
}
