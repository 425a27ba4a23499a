import type { Caller } from '../caller.ts';

/** Somebody for a handler that is called without HTTP; may do nothing. */
export const callerNamed = (user: string): Caller => ({
  userId: `usr_${user}`,
  user,
  kind: 'user',
  owner: false,
  grants: [],
  token: { id: null, name: 'test', expiresAt: null },
});
