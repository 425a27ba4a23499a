import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import type { DockerReport } from '@rig-ops/contract/supervisor-containers';
import type { DaemonInfo, DaemonVersion } from '@rig-ops/docker';

export interface AskedDaemon {
  /** @throws RigError `docker_…`, after a bounded time */
  version(): Promise<DaemonVersion>;
  info(): Promise<DaemonInfo>;
}

/** An answer that is older is asked for again before it is told. */
const FRESH_MS = 1_000;
/** One that is well answers within milliseconds. */
const PATIENCE_MS = 600;

/** How the daemon is, as it was found last. One that takes connections and does not answer is told as what it is: not known. */
export class DaemonWatch {
  readonly #docker: AskedDaemon;
  readonly #host: string;
  #report: DockerReport;
  #checkedAt = Number.NEGATIVE_INFINITY;
  /** Of the question that it has not answered yet; null where none waits. */
  #askedAt: number | null = null;
  #checking: Promise<void> | null = null;

  /** @param host as people write it */
  constructor(docker: AskedDaemon, host: string) {
    this.#docker = docker;
    this.#host = host;
    this.#report = { host, version: null, problem: null };
  }

  get report(): DockerReport {
    const silentMs = this.#askedAt === null ? 0 : performance.now() - this.#askedAt;
    if (silentMs < PATIENCE_MS) return this.#report;
    const host = this.#host;
    const asked = new Date(Date.now() - silentMs).toISOString();
    return {
      host,
      version: null,
      problem: {
        code: 'docker_unreachable',
        message: `The Docker daemon at ${host} has not answered since it was asked at ${asked}: how what runs on it is, is not known.`,
        hint: 'See `systemctl status docker`, and `journalctl -u docker` for what it waits for.',
      },
    };
  }

  /** Has it asked where the answer is no longer fresh, and waits for that as long as somebody who looks can wait. */
  async settle(patienceMs = PATIENCE_MS): Promise<void> {
    if (performance.now() - this.#checkedAt <= FRESH_MS) return;
    this.#checking ??= this.#check();
    const settled = new AbortController();
    const late = sleep(patienceMs, undefined, { signal: settled.signal }).catch(() => undefined);
    await Promise.race([this.#checking, late]);
    settled.abort();
  }

  async #check(): Promise<void> {
    this.#askedAt = performance.now();
    this.#report = await this.#ask();
    this.#askedAt = null;
    this.#checkedAt = performance.now();
    this.#checking = null;
  }

  /** Does not fail. */
  async #ask(): Promise<DockerReport> {
    const host = this.#host;
    try {
      const { Version: version } = await this.#docker.version();
      // What it is does not change while its version is the same.
      const isKnown = version === this.#report.version && this.#report.problem === null;
      const problem = isKnown ? null : problemOf(await this.#docker.info());
      return { host, version, problem };
    } catch (error) {
      const { message } = error as Error;
      const known = isRigError(error) ? { code: error.code, hint: error.hint } : { hint: '' };
      return { host, version: null, problem: { ...known, message } };
    }
  }
}

/** Names of architectures, as Node and as a daemon has them. */
const architectures: Readonly<Record<string, readonly string[]>> = {
  x64: ['x86_64', 'amd64'],
  arm64: ['aarch64', 'arm64'],
};

/** What rig runs inside of containers is its own Node. */
function problemOf({ Architecture, OSType }: DaemonInfo): DockerReport['problem'] {
  const fits = architectures[process.arch]?.includes(Architecture) ?? false;
  if (process.platform === 'linux' && OSType === 'linux' && fits) return null;
  return {
    code: 'docker_unsupported',
    message: `The daemon runs ${OSType} containers for ${Architecture}, and rig runs on ${process.platform} ${process.arch}.`,
    hint: 'Run the platform on the Linux machine of the daemon.',
  };
}
