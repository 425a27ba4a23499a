import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';

/** A folder inside a source: `.`, or names joined by `/`, none of them `.` or `..`. */
export const SOURCE_FOLDER_PATTERN =
  '^(?:\\.|(?!\\.{1,2}(?:/|$))[^/\\\\\\0]+(?:/(?!\\.{1,2}(?:/|$))[^/\\\\\\0]+)*)$';

export const GitStateSchema = Type.Object(
  {
    commit: Type.String({ pattern: '^[0-9a-f]{40,64}$', description: 'The commit, in full.' }),
    ref: nullable(Type.String({ maxLength: 300 }), 'What was asked for, as `v1.2`; null when nothing was.'),
    branch: nullable(Type.String({ maxLength: 300 }), 'The branch; null when none was checked out.'),
    dirty: Type.Boolean(
      description(
        'Whether something was deployed that is not in the commit; false where the commit itself was.',
      ),
    ),
    remote: nullable(
      Type.String({ maxLength: 2000 }),
      'Address of the repository, without credentials; null when it has no remote.',
    ),
    subject: Type.String({ maxLength: 500, description: 'First line of the message of the commit.' }),
    author: Type.String({ maxLength: 300, description: 'Name of its author.' }),
    committedAt: timestamp('When it was committed'),
  },
  { $id: 'GitState', description: 'Where in the history of a git repository a source comes from.' },
);

export const SourceSchema = Type.Object(
  {
    kind: literals(
      ['folder', 'archive', 'git', 'image'],
      '`git` is a commit as it is; a `folder` may have changes; an `image` was there already.',
    ),
    from: nullable(
      Type.String({ maxLength: 2000 }),
      'The archive, the address of the repository without credentials, or the image; null for what lay on disk.',
    ),
    root: Type.String({
      maxLength: 1000,
      pattern: SOURCE_FOLDER_PATTERN,
      description: 'Folder of the app inside the source; `.` unless --path named one.',
    }),
    git: nullable(GitStateSchema, 'Null when it comes from no git repository.'),
  },
  { $id: 'Source', description: 'Where the content of a release comes from.' },
);

export type GitState = Static<typeof GitStateSchema>;
export type Source = Static<typeof SourceSchema>;
