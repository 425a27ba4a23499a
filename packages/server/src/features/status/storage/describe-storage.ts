import type { StatsFs } from 'node:fs';
import { defaultLogLimits } from '@rig-ops/contract/log-limits';
import type {
  AuditRetention,
  LogRetention,
  RecordingSettings,
  Storage,
  StoragePart,
} from '@rig-ops/contract/resources';
import { KEPT_RELEASES } from '../../releases/kept-releases.ts';
import type { StorageMeter } from './storage-meter.ts';

const MEBIBYTE = 1024 * 1024;

/** What decides how long something is kept. */
export interface Retentions {
  logs: () => Promise<Pick<LogRetention, 'days' | 'totalMegabytes'>>;
  recordings: () => Promise<Pick<RecordingSettings, 'days' | 'totalMegabytes'>>;
  audit: () => Promise<AuditRetention>;
}

type Kept = Record<StoragePart, { limitBytes: number | null; keeps: string }>;

/** What takes the disk, with how long it is kept. */
export async function describeStorage(
  disk: Pick<StatsFs, 'bavail' | 'blocks' | 'bsize'>,
  root: string,
  { latest }: Pick<StorageMeter, 'latest'>,
  retentions: Retentions,
): Promise<Storage> {
  const kept = await readKept(retentions);
  return {
    root,
    diskFreeBytes: disk.bavail * disk.bsize,
    diskTotalBytes: disk.blocks * disk.bsize,
    measuredAt: latest?.measuredAt ?? null,
    parts: [...(latest?.sizes ?? [])].map(([name, bytes]) => ({ name, bytes, ...kept[name] })),
  };
}

async function readKept({ audit, logs, recordings }: Retentions): Promise<Kept> {
  const [ofLogs, ofRecordings, ofAudit] = await Promise.all([
    // Somebody has broken the file by hand; what obeys it goes by the defaults then, too.
    logs().catch(() => defaultLogLimits),
    recordings(),
    audit(),
  ]);
  const forReleases = `as long as a release needs it: the live one, ${KEPT_RELEASES} to return to, tagged ones`;
  return {
    logs: {
      limitBytes: ofLogs.totalMegabytes * MEBIBYTE,
      keeps: `${days(ofLogs.days)}, then by size`,
    },
    recordings: {
      limitBytes: ofRecordings.totalMegabytes * MEBIBYTE,
      keeps: `${days(ofRecordings.days)}, then by size`,
    },
    blobs: { limitBytes: null, keeps: forReleases },
    releases: { limitBytes: null, keeps: forReleases },
    caches: { limitBytes: null, keeps: 'what builds used last' },
    instances: { limitBytes: null, keeps: 'as long as its app is there' },
    database: {
      limitBytes: null,
      keeps: `audit records ${days(ofAudit.days)}, at most ${ofAudit.records.toLocaleString('en')}`,
    },
    audit: { limitBytes: null, keeps: 'as long as the platform is there' },
  };
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);
