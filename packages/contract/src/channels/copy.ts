import Type, { type Static } from 'typebox';
import { NameSchema } from '../resources/names.ts';

/**
 * `copy`: files to or from an instance as a tar archive. `in`: stream `stdin` carries it; `out`: `stdout` does.
 * EXIT comes when all of it is written and says how much there was.
 */
export const CopyParamsSchema = Type.Object(
  {
    app: NameSchema,
    process: Type.Optional(NameSchema),
    instance: Type.Optional(Type.String({ maxLength: 60, description: 'As `web.1`.' })),
    direction: Type.Enum(['in', 'out'], { description: 'To the app, or from it.' }),
    path: Type.String({ minLength: 1, maxLength: 4096, description: 'In the app, relative to its folder.' }),
    recursive: Type.Optional(Type.Boolean({ description: 'A folder with what is in it.' })),
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why; kept in the audit log.' })),
    approval: Type.Optional(Type.String({ maxLength: 100, description: 'Id of an approval.' })),
  },
  { $id: 'CopyParams', description: 'Copies files.' },
);

/** EXIT of `copy`. Its absence means that the copy is not complete. */
export const CopyExitSchema = Type.Object(
  {
    files: Type.Integer({ description: 'Files, folders and links.' }),
    bytes: Type.Integer({ description: 'Bytes of content.' }),
  },
  { $id: 'CopyExit', description: 'What was copied.' },
);

export type CopyParams = Static<typeof CopyParamsSchema>;
export type CopyExit = Static<typeof CopyExitSchema>;
