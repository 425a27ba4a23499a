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
};
