import type { ComponentType } from 'preact';

export interface PageProps {
  /** What stands behind the page in the address. */
  readonly params: readonly string[];
}

interface PageEntry {
  /** Heading and title of the window, unless the page has a better one. */
  readonly title: string;
  readonly load: () => Promise<{ default: ComponentType<PageProps> }>;
}

/** Every page by the first part of its address; each is loaded when it is first opened. */
export const pages: Readonly<Record<string, PageEntry>> = {
  overview: { title: 'Overview', load: () => import('../pages/overview/page.tsx') },
  apps: { title: 'Apps', load: () => import('../pages/apps/page.tsx') },
  networks: { title: 'Networks', load: () => import('../pages/networks/page.tsx') },
  events: { title: 'Events', load: () => import('../pages/events/page.tsx') },
  audit: { title: 'Audit', load: () => import('../pages/audit/page.tsx') },
  drains: { title: 'Drains', load: () => import('../pages/drains/page.tsx') },
  webhooks: { title: 'Webhooks', load: () => import('../pages/webhooks/page.tsx') },
  access: { title: 'Access', load: () => import('../pages/access/page.tsx') },
  logs: { title: 'Logs', load: () => import('../live/logs/page.tsx') },
  terminal: { title: 'Terminal', load: () => import('../live/terminal/page.tsx') },
  sessions: { title: 'Sessions', load: () => import('../live/sessions/page.tsx') },
  replay: { title: 'Replay', load: () => import('../live/replay/page.tsx') },
};
