import { signal } from '@preact/signals';
import type { Verb } from '@rig-ops/contract/access';
import type { Identity } from '@rig-ops/contract/resources';
import { ApiError, isApiError } from './api-error.ts';
import { call, listenForRefusals } from './call.ts';
import { keepPageKey, onPageKeyChanged, readPageKey } from './page-key.ts';
import { allows, allowsSomewhere, type Where } from './permissions.ts';
import { takeTicket } from './take-ticket.ts';

export interface LoggedIn extends Identity {
  readonly state: 'in';
  /** Whether something is worth offering; the platform decides again when it is done. */
  can(verb: Verb, where?: Where): boolean;
  /** Whether it is allowed anywhere. */
  canSomewhere(verb: Verb): boolean;
}

export type Session =
  /** Nothing is known yet. */
  | { readonly state: 'unknown' }
  /** The platform could not be asked; it is asked again. */
  | { readonly state: 'unreachable'; readonly error: ApiError }
  /** Nobody, and why somebody no more; null for who never was. */
  | { readonly state: 'out'; readonly error: ApiError | null }
  /** A link of somebody else, opened where somebody is logged in: they say which of both it is to be. */
  | {
      readonly state: 'choosing';
      readonly user: string;
      readonly other: string;
      /** Go on as the other one. */
      replace(): Promise<void>;
      /** Stay. */
      stay(): Promise<void>;
    }
  | LoggedIn;

/** Who uses this page. */
export const session = signal<Session>({ state: 'unknown' });

const RETRY_MS = 2_000;

/** Finds out who this is: by the ticket in the address where there is one, or by what the browser keeps. Call it once. */
export async function beginSession(): Promise<void> {
  listenForRefusals((error) => leave(error));
  onPageKeyChanged((key) => {
    if (key === null) session.value = { state: 'out', error: null };
    else void resume();
  });
  addEventListener('hashchange', () => {
    const ticket = takeTicket();
    if (ticket !== undefined) void redeem(ticket);
  });
  const ticket = takeTicket();
  await (ticket === undefined ? resume() : redeem(ticket));
}

/** Logs this browser out. */
export async function logOut(): Promise<void> {
  await endWith(() => call('logout'));
}

/** Logs every browser of the user out, this one too. */
export async function logOutEverywhere(): Promise<void> {
  await endWith(() => call('endBrowserSessions', { params: { user: 'me' } }));
}

async function endWith(end: () => Promise<unknown>): Promise<void> {
  try {
    await end();
  } catch (error) {
    // Who is not known any more is out already.
    if (!isApiError(error) || error.status !== 401) throw error;
  }
  keepPageKey(null);
  session.value = { state: 'out', error: null };
}

function leave(error: ApiError): void {
  keepPageKey(null);
  session.value = { state: 'out', error };
}

async function redeem(ticket: string, replace = false): Promise<void> {
  session.value = { state: 'unknown' };
  try {
    const { pageKey } = await call('redeemBrowserLogin', {
      body: { ticket, ...(replace ? { replace } : {}) },
    });
    keepPageKey(pageKey);
  } catch (thrown) {
    const error = toApiError(thrown);
    if (error.code === 'browser_login_conflict') {
      const { user, other } = error.details;
      session.value = {
        state: 'choosing',
        user: String(user),
        other: String(other),
        replace: () => redeem(ticket, true),
        stay: resume,
      };
      return;
    }
    // Whoever is logged in and opens a link a second time is logged in still.
    if (readPageKey() === null) session.value = { state: 'out', error };
    else await resume();
    return;
  }
  await resume();
}

async function resume(): Promise<void> {
  if (readPageKey() === null) {
    session.value = { state: 'out', error: null };
    return;
  }
  try {
    const identity = await call('whoami');
    session.value = {
      ...identity,
      state: 'in',
      can: (verb, where) => allows(identity.bindings, verb, where),
      canSomewhere: (verb) => allowsSomewhere(identity.bindings, verb),
    };
  } catch (thrown) {
    const error = toApiError(thrown);
    if (error.status === 401) {
      leave(error);
      return;
    }
    session.value = { state: 'unreachable', error };
    setTimeout(() => void resume(), RETRY_MS);
  }
}

const toApiError = (thrown: unknown): ApiError =>
  isApiError(thrown)
    ? thrown
    : new ApiError({ code: 'unexpected', message: 'The page failed.' }, 0, { cause: thrown });
