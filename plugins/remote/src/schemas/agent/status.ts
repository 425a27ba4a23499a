import { description, nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  agents: Type.Array(
    Type.Object({
      pid: Type.Integer(description('Its process.')),
      version: Type.String(description('Version of rig that it belongs to.')),
      context: Type.String(description('The context it was started for.')),
      url: Type.String(description('The platform it is connected to.')),
      socket: Type.String(description('Where it listens.')),
      startedAt: Type.String(description('When it was started (RFC 3339, UTC).')),
      state: nullable(
        Type.Object({
          clients: Type.Integer(description('Commands that use it now.')),
          channels: Type.Integer(description('Channels that are open.')),
          served: Type.Integer(description('Channels since it began.')),
          connected: Type.Boolean(description('Whether it has a connection to the platform.')),
        }),
        'What it tells; null when it does not answer.',
      ),
    }),
    description('Those that run.'),
  ),
});
