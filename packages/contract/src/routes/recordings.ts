import Type from 'typebox';
import { RecordingSettingsChangeSchema, RecordingSettingsSchema } from '../resources.ts';
import type { Route } from './route.ts';

export const recordingsRoutes = {
  getRecording: {
    method: 'GET',
    path: '/v1/sessions/:session/recording',
    summary:
      'The file of a recording, verified against the audit log before its first byte is sent; of a session that runs, up to now.',
    access: { verb: 'sessions.replay', on: 'session' },
    audit: 'session.replay',
    query: Type.Object({
      offset: Type.Optional(Type.Integer({ minimum: 0, description: 'Begin at this byte of the file.' })),
      purpose: Type.Optional(
        Type.Enum(['replay', 'export'], { description: 'What for; kept in the audit log.' }),
      ),
    }),
    response: 'binary',
    status: 200,
  },
  getRecordingSettings: {
    method: 'GET',
    path: '/v1/recordings/settings',
    summary: 'What is recorded of sessions where no policy says so, and how long recordings are kept.',
    access: { verb: 'platform.read', on: 'platform' },
    audit: null,
    response: RecordingSettingsSchema,
    status: 200,
  },
  setRecordingSettings: {
    method: 'PUT',
    path: '/v1/recordings/settings',
    summary: 'Changes what is recorded of sessions and how long recordings are kept; removes what is older.',
    access: { verb: 'platform.manage', on: 'platform' },
    audit: 'session.retention',
    body: RecordingSettingsChangeSchema,
    response: RecordingSettingsSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
