import type { Status } from '@rig-ops/contract/resources';

interface Parts {
  engine: {
    name: string;
    isolated: boolean;
    why: string | null;
    capabilities: { discovery: string; outlivesControlPlane: boolean; users: boolean; usage: boolean };
  };
  networks: { name: string; apps: number; running: number; problems: number }[];
  deploys: {
    id: string;
    app: string;
    release: number | null;
    step: string;
    startedAt: string;
    user: string;
  }[];
  sessions: { running: number; attached: number; detached: number; recording: number };
  drains:
    | {
        name: string;
        kind: 'logs' | 'audit';
        state: 'ok' | 'behind' | 'failing';
        lagRecords: number | null;
        message: string | null;
      }[]
    | null;
  storage: {
    root: string;
    diskFreeBytes: number;
    diskTotalBytes: number;
    parts: { name: string; bytes: number; limitBytes: number | null; keeps: string }[];
  } | null;
}

/** The status of a platform; one of an older rig leaves parts out. */
export type DashboardStatus = Status & Partial<Parts>;
