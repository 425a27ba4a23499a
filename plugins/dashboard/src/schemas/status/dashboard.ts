import {
  APP_METRICS,
  AppDetailsSchema,
  PLATFORM_METRICS,
  PlatformEventSchema,
  StatusSchema,
} from '@rig-ops/contract/resources';
import { description, nullable, Type } from '@rig-ops/contract/schema';

const figuresOf = (metrics: Record<string, string>) =>
  Object.fromEntries(Object.entries(metrics).map(([name, text]) => [name, nullable(Type.Number(), text)]));

const figures = {
  measuredAt: nullable(
    Type.String({ format: 'date-time' }),
    'The end of the ten seconds that the figures are of; null before the first.',
  ),
  platform: nullable(
    Type.Object(figuresOf(PLATFORM_METRICS)),
    'Of rigd over these ten seconds; null for who may not see the platform.',
  ),
  traffic: Type.Array(
    Type.Object({
      app: Type.String(description('Name of the app.')),
      errorPercent: nullable(Type.Number(), 'Errors in percent of the requests; null without requests.'),
      ...figuresOf(APP_METRICS),
    }),
    description('By app, over these ten seconds; null stands for what was not measured.'),
  ),
};

const document = { ...figures, status: StatusSchema };

const webLogin = Type.Object(
  {
    url: Type.String(
      description('Address of the pages; with the ticket, which is a secret, where no browser was opened.'),
    ),
    opened: Type.Boolean(description('Whether a browser was opened.')),
    user: Type.String(description('Whom the browser acts as.')),
    expiresAt: Type.String({ format: 'date-time', description: 'Until when the ticket is good.' }),
    session: nullable(Type.String(), 'Id of the session of the browser; null where it was not waited for.'),
  },
  { description: 'With --web.' },
);

export const resultSchema = Type.Union([Type.Object(document), webLogin]);

export const recordSchema = Type.Union([
  Type.Object(
    { type: Type.Literal('snapshot'), ...document },
    { description: 'Everything; the first record.' },
  ),
  Type.Object(
    {
      type: Type.Literal('app'),
      change: Type.Union([Type.Literal('added'), Type.Literal('changed'), Type.Literal('removed')], {
        description: 'What became of it.',
      }),
      name: Type.String(description('Name of the app.')),
      app: nullable(AppDetailsSchema, 'As it is now; null when it is gone.'),
    },
    { description: 'An app has changed, its use of CPU and memory aside.' },
  ),
  Type.Object(
    {
      type: Type.Literal('health'),
      healthy: StatusSchema.properties.healthy,
      problems: StatusSchema.properties.problems,
    },
    { description: 'There are other problems than before.' },
  ),
  Type.Object(
    { type: Type.Literal('event'), ...PlatformEventSchema.properties },
    { description: 'Something has happened.' },
  ),
  Type.Object(
    { type: Type.Literal('figures'), ...figures },
    { description: 'New figures, every ten seconds.' },
  ),
  Type.Object(
    {
      type: Type.Literal('connection'),
      lost: Type.Boolean(description('Whether the platform cannot be reached any more, or can be again.')),
      message: nullable(Type.String(), 'Why not; null when it can be.'),
    },
    { description: 'The connection was lost, or is back.' },
  ),
]);
