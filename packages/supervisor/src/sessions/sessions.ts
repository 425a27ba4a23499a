import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SessionEnd } from '@rig-ops/contract/channels';
import type { InstanceReport, InstanceSpec } from '@rig-ops/contract/supervisor';
import type { RecordingReport, SessionReport, SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { OpenRequest } from '@rig-ops/wire';
import type { Containments } from '../containment/containments.ts';
import type { HeldRecord, SessionContainment } from '../containment/session-containment.ts';
import type { Place } from '../isolation/isolation.ts';
import { placeOfInstance } from '../isolation/place-of-instance.ts';
import { homeOf } from '../instances/instance.ts';
import { isContained } from '../instances/is-contained.ts';
import type { Log } from '../log.ts';
import type { StartFailure } from '../proc/spawn-program.ts';
import type { SessionRecorder } from '../recording/session-recorder.ts';
import type { RecordFolder } from '../records/record-folder.ts';
import { toDiskError } from '../records/to-disk-error.ts';
import { parseAttachSpec, parseSessionSpec } from './parse-session-spec.ts';
import { PipeShelf } from './pipe-shelf.ts';
import type { SessionProgram } from './program.ts';
import type { Session } from './session.ts';
import type { SessionRecord } from './session-record.ts';
import { reportOf } from './report-of.ts';

/** Sessions of containers and pods: beside an instance in one, or in one of their own. */
export interface SessionsInContainers {
  /** @throws RigError `docker_…` */
  start(
    spec: SessionSpec,
    env: Record<string, string>,
    beside: InstanceSpec | null,
  ): Promise<SessionProgram | StartFailure>;
  /** @param own what is made for it, where it is beside no instance */
  hold(
    record: HeldRecord,
    beside: InstanceSpec | null,
    user: string | null,
    own: Pick<SessionSpec, 'container' | 'pod' | 'app' | 'network'>,
  ): SessionContainment | Promise<SessionContainment>;
  /** Finds again what a supervisor that was killed has left of a session. */
  adopt(record: HeldRecord): SessionContainment | Promise<SessionContainment>;
}

export interface SessionsContext {
  findInstance: (id: string) => InstanceReport | undefined;
  /** Folder of this process's own, where pipes have their names until they are used. */
  folder: string;
  containments: Containments;
  layout: Pick<PlatformLayout, 'artifacts' | 'instances'>;
  records: RecordFolder<SessionRecord>;
  log: Log;
  onChange: (report: SessionReport) => void;
  /** Null where no daemon is used. */
  containers: SessionsInContainers | null;
}

async function recovered({ spec }: SessionReport): Promise<RecordingReport | null> {
  if (spec.recording === null) return null;
  const { recoverRecording } = await import('../recording/recover-recording.ts');
  return await recoverRecording(spec.recording.path);
}

/** All sessions of this host. */
export class Sessions {
  readonly #context: SessionsContext;
  readonly #shelf: PipeShelf;
  readonly #sessions = new Map<string, Session>();
  readonly #starting = new Map<string, Promise<void>>();
  /** Reports of those that ended with an earlier supervisor. */
  readonly #abandoned = new Map<string, SessionReport>();
  #closing = false;

  constructor(context: SessionsContext) {
    this.#context = context;
    this.#shelf = new PipeShelf(context.folder);
  }

  /** Ends what the sessions of an earlier supervisor have left running. */
  async adopt(): Promise<void> {
    for (const { id, record } of this.#context.records.load()) {
      const { report } = record;
      if (report.state === 'running') {
        const containment = await this.#adopted(record.held ?? nothingKnown(id));
        await containment.kill();
        containment.close();
        const endedAt = new Date().toISOString();
        const recording = await recovered(report);
        Object.assign(report, {
          state: 'ended',
          end: 'abandoned',
          endedAt,
          clients: [],
          endsAt: null,
          recording,
        });
        this.#save(id, { report, held: null });
        this.#removeFolder(report.spec);
      }
      this.#abandoned.set(id, report);
    }
  }

  /** Answers an OPEN; whatever goes wrong refuses it. */
  async open(request: OpenRequest): Promise<void> {
    try {
      if (request.kind === 'session-attach') await this.#attach(request);
      else if (request.kind === 'session') await this.#begin(request);
      else
        throw new RigError('invalid_input', `There is no channel of kind ${JSON.stringify(request.kind)}.`);
    } catch (error) {
      request.refuse(toErrorDocument(error));
    }
  }

  list(): SessionReport[] {
    const live = [...this.#sessions.values()].filter(({ told }) => told).map(({ report }) => report);
    return [...this.#abandoned.values(), ...live];
  }

  /** Ends a session and what it has started. */
  async kill(id: string, why: SessionEnd, graceMs?: number): Promise<void> {
    (await this.#known(id))?.end(why, graceMs);
  }

  /** Tells of an ended session no more; one that runs goes on. */
  forget(id: string): void {
    this.#abandoned.delete(id);
    const session = this.#sessions.get(id);
    if (session !== undefined && session.report.state !== 'ended') return;
    session?.forget();
    this.#context.records.remove(id);
  }

  /** Ends the sessions in an instance. */
  hangUp(instance: string): void {
    for (const session of this.#sessions.values()) {
      if (session.spec.instance === instance) session.end('target-gone');
    }
  }

  /** Ends all of them at once. */
  async endAll(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#starting.values());
    const all = [...this.#sessions.values()];
    for (const session of all) session.end('killed', 0);
    await Promise.allSettled(all.map(async ({ ended }) => await ended));
    this.#shelf.close();
  }

  async #attach(request: OpenRequest): Promise<void> {
    const spec = parseAttachSpec(request.params);
    const session = await this.#known(spec.session);
    if (session === undefined) {
      throw this.#abandoned.has(spec.session)
        ? new RigError('session_ended', 'The session has ended.')
        : new RigError('session_not_found', `There is no session ${JSON.stringify(spec.session)}.`);
    }
    await session.attach(request, spec);
  }

  async #begin(request: OpenRequest): Promise<void> {
    if (this.#closing) throw new RigError('platform_not_running', 'The platform is being stopped.');
    const spec = this.#complete(parseSessionSpec(request.params));
    const { id } = spec;
    if (this.#sessions.has(id) || this.#starting.has(id) || this.#abandoned.has(id)) {
      throw new RigError('invalid_input', `There is a session ${JSON.stringify(id)} already.`);
    }
    const starting = this.#start(request, spec);
    this.#starting.set(
      id,
      starting.catch(() => undefined),
    );
    await starting.finally(() => this.#starting.delete(id));
  }

  async #start(request: OpenRequest, spec: SessionSpec): Promise<void> {
    const { id } = spec;
    const startedAt = new Date().toISOString();
    const containment = await this.#hold(spec);
    if (spec.instance === null && !isContained(spec))
      mkdirSync(join(this.#ownFolder(id), 'tmp'), { recursive: true, mode: 0o700 });
    // The record comes before the process: one that is started is never unknown.
    if (!spec.untold)
      this.#record(id, { report: reportOf(spec, startedAt, containment), held: containment.record });
    // On first use: they bring more with them than a supervisor without sessions needs.
    const [{ Session }, { environmentOf, startProgram }] = await Promise.all([
      import('./session.ts'),
      import('./start-program.ts'),
    ]);
    let begun: Session | undefined;
    const recorder = await this.#openRecorder(spec, containment, () => begun?.end('unrecorded', 0));
    const starting = this.#isContained(spec)
      ? this.#containers().start(spec, environmentOf(spec), this.#beside(spec))
      : startProgram(spec, { containment, shelf: this.#shelf });
    const program = await starting.catch(async (error: unknown) => {
      this.#clear(spec, containment);
      await recorder?.discard();
      throw error;
    });
    if ('startError' in program) {
      this.#clear(spec, containment);
      await recorder?.discard();
      throw new RigError('remote_not_started', `The program could not be started: ${program.startError}`);
    }
    containment.begun(program.identity);
    const session = new Session({
      spec,
      program,
      containment,
      recorder,
      startedAt,
      onChange: (report) => this.#changed(report),
      onDropped: () => this.#sessions.delete(id),
    });
    begun = session;
    this.#sessions.set(id, session);
    session.begin(request);
    if (!spec.untold) this.#save(id, { report: session.report, held: containment.record });
    this.#endIfGone(session);
    session.ended
      .then(() => this.#removeFolder(spec))
      .catch((error: unknown) =>
        this.#context.log.warn('a session did not end in order', { session: id, error }),
      );
  }

  /** @throws RigError `recording_failed` */
  async #openRecorder(
    spec: SessionSpec,
    containment: SessionContainment,
    onBroken: () => void,
  ): Promise<SessionRecorder | null> {
    if (spec.recording === null) return null;
    const { openRecorder } = await import('../recording/open-recorder.ts');
    try {
      return await openRecorder(spec.recording, spec, (reason) => {
        this.#context.log.warn('a session cannot be recorded any more and is ended', {
          session: spec.id,
          reason,
        });
        onBroken();
      });
    } catch (error) {
      this.#clear(spec, containment);
      throw error;
    }
  }

  /** It was not started. */
  #clear(spec: SessionSpec, containment: SessionContainment): void {
    containment.close();
    this.#context.records.remove(spec.id);
    this.#removeFolder(spec);
  }

  /** What its programs may use: as those of its instance, or of its app, or of nobody else's. */
  #placeOf({ id, instance, appId, network, cwd }: SessionSpec): Place {
    const beside = instance === null ? undefined : this.#context.findInstance(instance);
    if (beside !== undefined) return placeOfInstance(this.#context.layout, beside.spec);
    return placeOfInstance(this.#context.layout, { id, appId: appId ?? `network_${network}`, cwd });
  }

  #ownFolder(id: string): string {
    return join(this.#context.layout.instances, id);
  }

  #removeFolder({ id, instance }: Pick<SessionSpec, 'id' | 'instance'>): void {
    if (instance !== null) return;
    try {
      rmSync(this.#ownFolder(id), { recursive: true, force: true });
    } catch (error) {
      this.#context.log.warn('the folder of a session was not removed', { session: id, error });
    }
  }

  /** What happened while it was being started. */
  #endIfGone(session: Session): void {
    const { instance } = session.spec;
    if (this.#closing) session.end('killed', 0);
    else if (instance !== null && this.#context.findInstance(instance)?.state !== 'running') {
      session.end('target-gone');
    }
  }

  #isContained(spec: SessionSpec): boolean {
    const beside = this.#beside(spec);
    return isContained(spec) || (beside !== null && isContained(beside));
  }

  /** The instance that a session is beside. */
  #beside({ instance }: SessionSpec): InstanceSpec | null {
    return instance === null ? null : (this.#context.findInstance(instance)?.spec ?? null);
  }

  #hold(spec: SessionSpec): SessionContainment | Promise<SessionContainment> {
    if (!this.#isContained(spec)) return this.#context.containments.open(spec.id, this.#placeOf(spec));
    return this.#containers().hold(nothingKnown(spec.id), this.#beside(spec), spec.runAs ?? null, spec);
  }

  async #adopted(held: HeldRecord): Promise<SessionContainment> {
    const { containers, containments } = this.#context;
    const isHeldThere = held.container !== undefined || held.pod !== undefined;
    if (isHeldThere && containers !== null) return await containers.adopt(held);
    return await containments.adopt(held);
  }

  #containers(): SessionsInContainers {
    const { containers } = this.#context;
    if (containers !== null) return containers;
    throw new RigError('docker_unreachable', 'This platform was started without a Docker daemon.');
  }

  /** @throws RigError `remote_target_gone` */
  #complete(spec: SessionSpec): SessionSpec {
    if (isContained(spec) && spec.instance === null) return spec;
    if (this.#isContained(spec)) {
      if (spec.instance === null || this.#context.findInstance(spec.instance)?.state !== 'exited')
        return spec;
      throw new RigError('remote_target_gone', 'The instance does not run any more.');
    }
    const env = {
      ...homeOf({ folders: this.#context.layout.instances }, spec.instance ?? spec.id),
      ...spec.env,
    };
    if (spec.instance === null) return { ...spec, cwd: resolve(this.#ownFolder(spec.id), spec.cwd), env };
    const instance = this.#context.findInstance(spec.instance);
    if (instance === undefined || instance.state === 'exited') {
      throw new RigError('remote_target_gone', 'The instance does not run any more.');
    }
    return { ...spec, env };
  }

  async #known(id: string): Promise<Session | undefined> {
    await this.#starting.get(id);
    return this.#sessions.get(id);
  }

  #changed(report: SessionReport): void {
    const { id } = report.spec;
    const session = this.#sessions.get(id);
    // Before it is known it is told by its own start.
    if (session === undefined || !session.told) return;
    if (report.state === 'ended') this.#save(id, { report, held: null });
    this.#context.onChange(report);
  }

  /** @throws RigError `disk_full` */
  #record(id: string, record: SessionRecord): void {
    try {
      this.#context.records.save(id, record);
    } catch (error) {
      throw toDiskError(error);
    }
  }

  /** A record that cannot be written must not stop what it is about. */
  #save(id: string, record: SessionRecord): void {
    try {
      this.#context.records.save(id, record);
    } catch (error) {
      this.#context.log.warn('the record of a session was not written', { session: id, error });
    }
  }
}

const nothingKnown = (id: string): HeldRecord => ({ id, cgroup: null, leader: null });
