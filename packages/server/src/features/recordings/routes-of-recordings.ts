import type { RecordingSettings, RecordingSettingsChange } from '@rig-ops/contract/resources';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { RecordingService } from './recording-service.ts';

type Routes = Pick<RouteHandlers, 'getRecording' | 'getRecordingSettings' | 'setRecordingSettings'>;

export function routesOfRecordings(
  service: RecordingService,
  settings: {
    read: () => Promise<RecordingSettings>;
    change: (change: RecordingSettingsChange) => Promise<RecordingSettings>;
  },
): Routes {
  return {
    async getRecording({ params, query }) {
      return await service.read(params.session, query.offset ?? 0);
    },
    async getRecordingSettings() {
      return await settings.read();
    },
    async setRecordingSettings({ body }) {
      return await settings.change(body);
    },
  };
}
