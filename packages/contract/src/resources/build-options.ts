import Type, { type Static } from 'typebox';

export const BuildOptionsSchema = Type.Object(
  {
    rebuild: Type.Optional(
      Type.Boolean({
        description: 'Build although there is an artifact of the same source and build config.',
      }),
    ),
    cache: Type.Optional(
      Type.Boolean({
        description:
          'With false: build anew, and without what earlier builds have left. What it leaves takes its place.',
      }),
    ),
  },
  { $id: 'BuildOptions', additionalProperties: false, description: 'How a deploy comes to its artifact.' },
);

export type BuildOptions = Static<typeof BuildOptionsSchema>;
