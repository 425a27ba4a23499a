import type { Status } from '@rig-ops/contract/resources';

/** A status of a platform that is well and has nothing on it; what is given counts. */
export const statusOf = (part: Partial<Status> = {}): Status => ({
  at: '2026-01-02T03:04:05Z',
  healthy: true,
  platform: {
    version: '0.1.0',
    engine: 'process',
    url: 'http://127.0.0.1:40001',
    edgeUrl: 'http://127.0.0.1:40002',
    startedAt: '2026-01-02T00:04:05Z',
    pid: 4711,
    memoryBytes: 64_000_000,
    diskFreeBytes: 12_000_000_000,
  },
  engine: {
    name: 'process',
    isolated: true,
    why: null,
    capabilities: { discovery: 'variables', outlivesControlPlane: true, users: false, usage: true },
  },
  networks: [{ name: 'default', apps: 0, running: 0, problems: 0 }],
  deploys: [],
  sessions: { running: 0, attached: 0, detached: 0, recording: 0 },
  drains: [],
  storage: null,
  apps: [],
  events: [],
  problems: [],
  ...part,
});
