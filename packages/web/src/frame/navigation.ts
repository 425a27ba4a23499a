import type { IconName } from '../parts/icon.tsx';

interface NavigationEntry {
  readonly page: string;
  readonly params?: readonly string[];
  readonly text: string;
  readonly icon: IconName;
}

/** What stands at the side, in groups. A page that is not registered, or not allowed, is left out. */
export const navigation: readonly (readonly NavigationEntry[])[] = [
  [
    { page: 'overview', text: 'Overview', icon: 'overview' },
    { page: 'apps', text: 'Apps', icon: 'apps' },
    { page: 'networks', text: 'Networks', icon: 'network' },
  ],
  [
    { page: 'logs', text: 'Logs', icon: 'logs' },
    { page: 'sessions', text: 'Sessions', icon: 'terminal' },
    { page: 'events', text: 'Events', icon: 'events' },
  ],
  [
    { page: 'audit', text: 'Audit', icon: 'audit' },
    { page: 'drains', text: 'Drains', icon: 'drain' },
    { page: 'webhooks', text: 'Webhooks', icon: 'webhook' },
    { page: 'access', text: 'Access', icon: 'access' },
  ],
];
