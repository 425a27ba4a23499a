import type { RecordingSettings } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { RecordingService } from './recording-service.ts';
import { changeRecordingSettings, readRecordingSettings } from './recording-settings.ts';
import { RecordingStore } from './recording-store.ts';
import { RecordingSweeper } from './recording-sweeper.ts';
import { routesOfRecordings } from './routes-of-recordings.ts';

export interface RecordingsDeps {
  readonly db: Kysely<Database>;
  readonly folder: string;
  readonly audit: Pick<AuditLog, 'list'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Recordings {
  readonly service: RecordingService;
  readonly sweeper: RecordingSweeper;
  /** How long they are kept, and how large they may get. */
  readonly settings: () => Promise<RecordingSettings>;
  readonly routes: ReturnType<typeof routesOfRecordings>;
}

/** Everything of recordings. */
export function createRecordings({ db, folder, audit, clock, log }: RecordingsDeps): Recordings {
  const settings = async () => await readRecordingSettings(db);
  const store = new RecordingStore(db);
  const service = new RecordingService({ store, folder, settings, audit, clock });
  const sweeper = new RecordingSweeper({ store, folder, settings, clock, log });
  const routes = routesOfRecordings(service, {
    read: settings,
    async change(change) {
      const changed = await changeRecordingSettings(db, change);
      sweeper.sweepSoon();
      return changed;
    },
  });
  return { service, sweeper, settings, routes };
}
