import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { IsolationReport, SupervisorState } from '@rig-ops/contract/supervisor';
import type { EngineCapabilities } from '../engine.ts';
import { SupervisedEngine } from '../supervised-engine.ts';

/** Runs everything as plain processes of this machine, through rig-supervisor. */
export class ProcessEngine extends SupervisedEngine {
  readonly name = 'process';
  readonly capabilities: EngineCapabilities;
  /** As the supervisor has found it at its start; rigd ends with its supervisor. */
  #isolation: IsolationReport = {
    kind: 'none',
    sessions: 'processes',
    why: 'its supervisor does not say',
    fix: 'Run `rig platform stop`; the next command starts the platform anew.',
  };

  constructor(layout: PlatformLayout) {
    super(layout);
    const isIsolated = () => this.#isolation.kind !== 'none';
    const sessionsOf = () => this.#isolation.sessions;
    this.capabilities = {
      outlivesControlPlane: true,
      get isolated() {
        return isIsolated();
      },
      // Ports of loopback are everybody's.
      networks: { discovery: 'variables', isolated: false },
      users: false,
      usage: true,
      images: false,
      fetchesFiles: false,
      builds: 'machine',
      limits: false,
      logs: 'exactly-once',
      get sessions() {
        return sessionsOf();
      },
      forward: 'listening',
      copy: true,
    };
  }

  isolationProblem() {
    const { kind, why, fix } = this.#isolation;
    return kind === 'none' ? { why: why ?? 'it is not known why', fix } : null;
  }

  protected learn({ isolation }: SupervisorState): void {
    if (isolation !== undefined) this.#isolation = isolation;
  }
}
