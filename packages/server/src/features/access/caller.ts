import type { Binding } from './binding-store.ts';
import type { Subject } from './decide.ts';

/** Somebody the platform knows, with what they may do now. */
export interface Caller extends Subject<Binding> {
  /** Name of the user. */
  readonly user: string;
  readonly owner: boolean;
  readonly token: {
    /** Null for the one in the folder of the platform. */
    readonly id: string | null;
    readonly name: string;
    /** RFC 3339. */
    readonly expiresAt: string | null;
  };
  /** The browser it comes from, where it comes from a page; it is bound to the token. */
  readonly browser?: { readonly id: string };
}
