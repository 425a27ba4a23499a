import { USER_NAME_PATTERN } from '@rig-ops/contract/access';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { BindingStore } from './binding-store.ts';
import type { UserRecord, UserStore } from './user-store.ts';

const FALLBACK_NAME = 'admin';

/** The name of a user of the operating system as one of the platform's users. */
function ownerNameOf(systemName: string): string {
  const name = systemName
    .toLowerCase()
    .replaceAll(/[^a-z0-9._@+-]/g, '-')
    .slice(0, 64)
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return new RegExp(USER_NAME_PATTERN).test(name) ? name : FALLBACK_NAME;
}

/** The user whom the platform belongs to, and who is its administrator whatever happened before. */
export async function ensureOwner(
  systemName: string,
  { users, bindings, clock }: { users: UserStore; bindings: BindingStore; clock: Clock },
): Promise<UserRecord> {
  const name = ownerNameOf(systemName);
  const createdAt = timestampOf(clock);
  const found = await users.get(name);
  const owner: UserRecord = found ?? {
    id: newId('usr'),
    name,
    kind: 'user',
    createdAt,
    createdBy: name,
    disabledAt: null,
  };
  if (found === undefined) await users.create(owner);
  else if (owner.disabledAt !== null) await users.setDisabled(owner.id, null);
  await bindings.add({
    id: newId('bnd'),
    userId: owner.id,
    role: 'admin',
    scope: { kind: 'platform' },
    createdAt,
    createdBy: name,
  });
  return { ...owner, disabledAt: null };
}
