import type { PageProps } from '../../frame/pages.ts';
import { PageHead } from '../../parts/page-head.tsx';
import AppPage from '../app/page.tsx';
import { AppsTable } from './apps-table.tsx';

/** `#/apps` is all of them, `#/apps/shop` one. */
export default function AppsPage({ params }: PageProps) {
  const [app, ...rest] = params;
  if (app !== undefined) return <AppPage key={app} app={app} params={rest} />;
  return (
    <>
      <PageHead title="Apps" />
      <AppsTable />
    </>
  );
}
