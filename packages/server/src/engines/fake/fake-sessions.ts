import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type {
  KillSessionRequest,
  SessionAttachSpec,
  SessionReport,
  SessionSpec,
} from '@rig-ops/contract/supervisor-sessions';
import type { OpenRequest } from '@rig-ops/wire';
import { FakeSession } from './fake-session.ts';

/** As a machine has them that has nothing else. */
const PROGRAMS = ['echo', 'cat', 'false', '/bin/sh'];

/** Sessions in memory. */
export class FakeSessions {
  readonly #sessions = new Map<string, FakeSession>();
  readonly #onChange: (report: SessionReport) => void;

  constructor(onChange: (report: SessionReport) => void) {
    this.#onChange = onChange;
  }

  list(): SessionReport[] {
    return [...this.#sessions.values()].map(({ report }) => report);
  }

  /** Answers an OPEN. */
  serve(request: OpenRequest): void {
    try {
      if (request.kind === 'session') this.#begin(request);
      else this.#attach(request);
    } catch (error) {
      request.refuse(toErrorDocument(error));
    }
  }

  kill(id: string, { why }: KillSessionRequest): void {
    this.#sessions.get(id)?.kill(why);
  }

  forget(id: string): void {
    if (this.#sessions.get(id)?.report.state === 'ended') this.#sessions.delete(id);
  }

  /** The engine is gone, and with it all that was in memory. */
  clear(): void {
    this.#sessions.clear();
  }

  #begin(request: OpenRequest): void {
    const spec = request.params as SessionSpec;
    const program = spec.argv[0] ?? '';
    if (spec.kind === 'command' && !PROGRAMS.includes(program)) {
      throw new RigError('remote_not_started', `There is no program "${program}".`);
    }
    const session = new FakeSession(spec, (report) => {
      if (!spec.untold) this.#onChange(report);
    });
    if (!spec.untold) this.#sessions.set(spec.id, session);
    session.begin(request);
  }

  #attach(request: OpenRequest): void {
    const spec = request.params as SessionAttachSpec;
    const session = this.#sessions.get(spec.session);
    if (session === undefined) throw new RigError('session_not_found', 'There is no such session.');
    session.attach(request, spec);
  }
}
