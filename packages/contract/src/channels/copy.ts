import Type, { type Static } from 'typebox';
import { NameSchema } from '../resources/names.ts';

/**
 * `copy`: files to or from an instance as a tar archive. `in`: stream `stdin` carries it; `out`: `stdout` does.
 * CONTROL tells how far it is, and EXIT comes when all of it is written and says how much there was.
 */
export const CopyParamsSchema = Type.Object(
  {
    app: NameSchema,
    process: Type.Optional(NameSchema),
    instance: Type.Optional(Type.String({ maxLength: 60, description: 'As `web.1`.' })),
    direction: Type.Enum(['in', 'out'], { description: 'To the app, or from it.' }),
    path: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'In the folders of the app, relative to that of its release.',
    }),
    recursive: Type.Optional(Type.Boolean({ description: 'A folder with what is in it.' })),
    raw: Type.Optional(
      Type.Boolean({ description: 'The stream is the content of one file instead of an archive.' }),
    ),
    noClobber: Type.Optional(Type.Boolean({ description: 'Files that are there stay as they are.' })),
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why; kept in the audit log.' })),
    approval: Type.Optional(Type.String({ maxLength: 100, description: 'Id of an approval.' })),
  },
  { $id: 'CopyParams', description: 'Copies files.' },
);

/** ACCEPT of `copy`. */
export const CopyAcceptedSchema = Type.Object(
  {
    session: Type.String({ description: 'Id of the copy, as the audit log names it.' }),
    instance: Type.String({ description: 'Where it happens, as `web.1`.' }),
  },
  { $id: 'CopyAccepted', description: 'The copy has begun.' },
);

/** CONTROL from a `copy`. */
export const CopyNoticeSchema = Type.Union(
  [
    Type.Object({
      type: Type.Literal('total'),
      files: Type.Integer({ description: 'How many there are to be copied from the app.' }),
      bytes: Type.Integer({ description: 'How many bytes they have.' }),
    }),
    Type.Object({
      type: Type.Literal('progress'),
      bytes: Type.Integer({ description: 'Bytes that are written in the app.' }),
    }),
  ],
  { $id: 'CopyNotice', description: 'How far a copy is.' },
);

/** EXIT of `copy`. Its absence means that the copy is not complete. */
export const CopyExitSchema = Type.Object(
  {
    files: Type.Integer({ description: 'Files, folders and links.' }),
    bytes: Type.Integer({ description: 'Bytes of content.' }),
    left: Type.Array(
      Type.Object({
        path: Type.String({ description: 'What was left out.' }),
        why: Type.String({ description: 'Why.' }),
      }),
      { description: 'What was left out, at most 100.' },
    ),
    leftCount: Type.Integer({ description: 'How much was left out.' }),
    unreadable: Type.Integer({ description: 'How much of that because it could not be read.' }),
  },
  { $id: 'CopyExit', description: 'What was copied.' },
);

export type CopyParams = Static<typeof CopyParamsSchema>;
export type CopyAccepted = Static<typeof CopyAcceptedSchema>;
export type CopyNotice = Static<typeof CopyNoticeSchema>;
export type CopyExit = Static<typeof CopyExitSchema>;
