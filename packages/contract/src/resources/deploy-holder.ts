import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';

/** What keeps deploys of an app from beginning: another deploy that is under way, or a lock. */
export const DeployHolderSchema = Type.Object(
  {
    kind: literals(['deploy', 'lock'], 'A deploy under way, or a lock that somebody took.'),
    owner: Type.String(description('User whose it is.')),
    since: timestamp('Since when'),
    reason: nullable(Type.String(), 'What the owner said about it; null when nothing.'),
    deploy: nullable(Type.String(), 'Id of the deploy; null for a lock.'),
    step: nullable(Type.String(), 'The step the deploy is in; null before the first, and for a lock.'),
    until: nullable(
      timestamp('When the lock ends by itself'),
      'When it ends by itself; null when it does not.',
    ),
  },
  { $id: 'DeployHolder', description: 'What deploys of an app have to wait for.' },
);

export const DeployLockSchema = Type.Object(
  {
    owner: Type.String(description('User who took it, and who may deploy nevertheless.')),
    reason: nullable(Type.String(), 'Why; null when nothing was said.'),
    since: timestamp('When it was taken'),
    until: nullable(timestamp('When it ends by itself'), 'When it ends by itself; null when it does not.'),
  },
  { $id: 'DeployLock', description: 'Keeps everybody but its owner from deploying an app.' },
);

export type DeployHolder = Static<typeof DeployHolderSchema>;
export type DeployLock = Static<typeof DeployLockSchema>;
