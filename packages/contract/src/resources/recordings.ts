import Type, { type Static, type TSchema } from 'typebox';
import { description } from './describe.ts';

const limits = {
  days: Type.Number({
    minimum: 0.01,
    maximum: 36_500,
    ...description('Age in days, since its session ended, at which a recording is removed.'),
  }),
  totalMegabytes: Type.Number({
    minimum: 1,
    maximum: 1e9,
    ...description('Space of all recordings together, in MiB; the oldest go first.'),
  }),
  sessionMegabytes: Type.Number({
    minimum: 0.1,
    maximum: 1e6,
    ...description('Space of one recording, compressed, in MiB; behind it nothing more is recorded.'),
  }),
  input: Type.Boolean(description('Whether what is typed is recorded as well, passwords included.')),
};

export const RecordingSettingsSchema = Type.Object(limits, {
  $id: 'RecordingSettings',
  description: 'How sessions are recorded, and how long that is kept.',
});

const changed = <T extends TSchema>(limit: T) =>
  Type.Optional(
    Type.Union(
      [limit, Type.Null()],
      description('Null for what holds when nothing is set; as it is when absent.'),
    ),
  );

export const RecordingSettingsChangeSchema = Type.Object(
  {
    days: changed(limits.days),
    totalMegabytes: changed(limits.totalMegabytes),
    sessionMegabytes: changed(limits.sessionMegabytes),
    input: changed(limits.input),
  },
  {
    $id: 'RecordingSettingsChange',
    additionalProperties: false,
    description: 'What is to be different about recordings.',
  },
);

export type RecordingSettings = Static<typeof RecordingSettingsSchema>;
export type RecordingSettingsChange = Static<typeof RecordingSettingsChangeSchema>;
