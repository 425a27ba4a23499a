import type { Verb } from '@rig-ops/contract/access';
import { may, maySomewhere } from '../data/may.ts';
import type { IconName } from '../parts/icon.tsx';

interface NavigationEntry {
  readonly page: string;
  readonly text: string;
  readonly icon: IconName;
  /** Left out for who has none of these verbs. */
  readonly verbs?: readonly Verb[];
  /** Whether a role at an app or network is enough. */
  readonly somewhere?: boolean;
}

/** What stands at the side, in groups. */
const navigation: readonly (readonly NavigationEntry[])[] = [
  [
    { page: 'overview', text: 'Overview', icon: 'overview' },
    { page: 'apps', text: 'Apps', icon: 'apps' },
    { page: 'networks', text: 'Networks', icon: 'network' },
  ],
  [
    { page: 'logs', text: 'Logs', icon: 'logs', verbs: ['logs.read'], somewhere: true },
    { page: 'sessions', text: 'Sessions', icon: 'terminal' },
    { page: 'events', text: 'Events', icon: 'events' },
  ],
  [
    { page: 'audit', text: 'Audit', icon: 'audit', verbs: ['audit.read'] },
    { page: 'drains', text: 'Drains', icon: 'drain', verbs: ['drains.read', 'audit.read'] },
    { page: 'webhooks', text: 'Webhooks', icon: 'webhook', verbs: ['webhooks.read'] },
    { page: 'access', text: 'Access', icon: 'access' },
  ],
];

/** Entries of pages that there are and that whoever is logged in may see something of. */
export function entriesFor(pages: Readonly<Record<string, unknown>>): NavigationEntry[][] {
  return navigation
    .map((group) =>
      group.filter(
        ({ page, verbs, somewhere = false }) =>
          Object.hasOwn(pages, page) &&
          (verbs === undefined || verbs.some((verb) => (somewhere ? maySomewhere(verb) : may(verb)))),
      ),
    )
    .filter((group) => group.length > 0);
}
