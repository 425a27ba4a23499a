import Type, { type Static, type TNumber } from 'typebox';
import { description, nullable } from './describe.ts';
import { NameSchema } from './names.ts';

const megabytes = Type.Number({
  minimum: 1,
  maximum: 1e9,
  description: 'Space of one log, compressed, in MiB; the oldest lines go first.',
});
const days = Type.Number({
  minimum: 0.01,
  maximum: 36_500,
  description: 'Age in days at which lines are removed.',
});
const megabytesPerSecond = Type.Number({
  minimum: 0.001,
  maximum: 1e6,
  description: 'Rate at which output is stored, in MiB; what is faster waits, within a bound.',
});
const burstMegabytes = Type.Number({
  minimum: 0.001,
  maximum: 1e6,
  description: 'What may come at once beyond the rate, in MiB.',
});
const totalMegabytes = Type.Number({
  minimum: 16,
  maximum: 1e9,
  description: 'Space of all logs together, in MiB.',
});

const setBy = (what: string) =>
  Type.Enum(['default', 'platform', 'app'], description(`Where ${what} was set.`));

export const LogRetentionSchema = Type.Object(
  {
    app: nullable(
      NameSchema,
      'Whose logs; null for those of the platform and of every app that has none of its own.',
    ),
    megabytes,
    days,
    megabytesPerSecond,
    burstMegabytes,
    totalMegabytes,
    setBy: Type.Object(
      {
        megabytes: setBy('the space'),
        days: setBy('the age'),
        megabytesPerSecond: setBy('the rate'),
        burstMegabytes: setBy('the burst'),
        totalMegabytes: setBy('the space of all'),
      },
      description('Where each of them was set.'),
    ),
    apps: Type.Array(
      NameSchema,
      description('Apps that have limits of their own; empty where one app is asked for.'),
    ),
  },
  { $id: 'LogRetention', description: 'How much of logs is kept, and how fast they may grow.' },
);

const changed = (limit: TNumber) =>
  Type.Optional(
    Type.Union(
      [limit, Type.Null()],
      description('Null for what holds when nothing is set; as it is when absent.'),
    ),
  );
const ofOneLog = {
  megabytes: changed(megabytes),
  days: changed(days),
  megabytesPerSecond: changed(megabytesPerSecond),
  burstMegabytes: changed(burstMegabytes),
};

export const AppLogRetentionChangeSchema = Type.Object(ofOneLog, {
  $id: 'AppLogRetentionChange',
  additionalProperties: false,
  description: 'What is to be different about the logs of one app.',
});

export const LogRetentionChangeSchema = Type.Object(
  { ...ofOneLog, totalMegabytes: changed(totalMegabytes) },
  {
    $id: 'LogRetentionChange',
    additionalProperties: false,
    description: 'What is to be different about the logs of the platform.',
  },
);

export type LogRetention = Static<typeof LogRetentionSchema>;
export type LogRetentionChange = Static<typeof LogRetentionChangeSchema>;
