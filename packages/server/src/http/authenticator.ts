import type { Caller } from '../features/access/caller.ts';

/** Finds out who asks. */
export interface Authenticator {
  /**
   * @param authorization the header as it came
   * @throws RigError `not_authenticated`, `token_expired`, `token_revoked`, `user_disabled`
   */
  authenticate(authorization: string | undefined): Promise<Caller>;
  /**
   * Somebody who was authenticated before, as they are now.
   * @throws RigError as {@link Authenticator.authenticate}; `browser_session_ended`
   */
  renew(caller: {
    readonly token: Pick<Caller['token'], 'id'>;
    readonly browser?: Caller['browser'];
  }): Promise<Caller>;
}
