import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { PageHead } from '../parts/page-head.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { type PageProps, pages } from './pages.ts';
import { place } from './place.ts';
import { hrefOf } from '../logic/route.ts';

type Loaded = ComponentType<PageProps>;
const loaded = new Map<string, Loaded>();

/** The page that the address names, loaded if it is not yet. */
export function PageOutlet() {
  const { page, params } = place.value;
  const entry = Object.hasOwn(pages, page) ? pages[page] : undefined;
  const [, setReady] = useState<unknown>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const Page = loaded.get(page);

  useEffect(() => {
    if (entry === undefined || Page !== undefined) return undefined;
    let here = true;
    const load = async () => {
      try {
        const module = await entry.load();
        loaded.set(page, module.default);
        if (here) setReady(module);
      } catch {
        if (here) setFailed(page);
      }
    };
    void load();
    return () => {
      here = false;
    };
  }, [page, entry, Page, failed]);

  // Whoever reads with their ears, or with the keyboard, begins at the top of what they have come to. A part of
  // the same thing leaves the focus at the link to it.
  const where = `${page} ${params[0] ?? ''}`;
  const last = useRef<string | null>(null);
  const there = Page !== undefined || entry === undefined;
  useEffect(() => {
    if (!there || last.current === where) return;
    const opened = last.current === null;
    last.current = where;
    if (opened) return;
    scrollTo(0, 0);
    const main = document.querySelector('main');
    (main?.querySelector('h1') ?? main)?.focus({ preventScroll: true });
  }, [where, there]);

  useEffect(() => {
    if (entry !== undefined) document.title = `${[entry.title, ...params].join(' · ')} · rig`;
  }, [entry, params]);

  if (entry === undefined) {
    return (
      <Empty
        icon="search"
        title="There is no such page"
        heading
        action={
          <a class="button" href={hrefOf('overview')}>
            Go to the overview
          </a>
        }
      >
        The address may be of another version of rig.
      </Empty>
    );
  }
  if (Page !== undefined) {
    return (
      <ErrorBoundary key={page}>
        <Page params={params} />
      </ErrorBoundary>
    );
  }
  if (failed === page) {
    return (
      <Empty
        icon="bad"
        title="This page could not be loaded"
        heading
        action={
          <button type="button" class="button" onClick={() => location.reload()}>
            Load it again
          </button>
        }
      >
        The platform did not answer, or has been updated since this window was opened.
      </Empty>
    );
  }
  return <PageHead title={entry.title} />;
}
