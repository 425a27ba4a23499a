import { RigError } from '@rig-ops/contract/errors';

/** What a verb is about. */
export type Target =
  | { readonly kind: 'platform' }
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'app'; readonly id: string; readonly app: string; readonly network: string }
  | { readonly kind: 'user'; readonly id: string; readonly user: string };

export const PLATFORM: Target = { kind: 'platform' };

/** As `app/shop`. */
export function nameTarget(target: Target): string {
  if (target.kind === 'platform') return 'platform';
  if (target.kind === 'network') return `network/${target.network}`;
  return target.kind === 'app' ? `app/${target.app}` : `user/${target.user}`;
}

/** A target as it is named from outside. */
export type NamedTarget =
  | { readonly kind: 'platform' }
  | { readonly kind: 'network' | 'app'; readonly name: string };

/** @throws RigError `invalid_input` */
export function parseTarget(text: string): NamedTarget {
  if (text === 'platform') return { kind: 'platform' };
  const [, kind, name] = /^(app|network)\/([a-z](?:[a-z0-9-]{0,38}[a-z0-9])?)$/.exec(text) ?? [];
  if (kind === undefined || name === undefined) {
    throw new RigError('invalid_input', `${JSON.stringify(text.slice(0, 100))} names no target.`, {
      hint: 'Name it as platform, network/NAME or app/NAME.',
    });
  }
  return { kind: kind as 'app' | 'network', name };
}
