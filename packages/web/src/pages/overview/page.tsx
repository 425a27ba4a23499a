import { useEffect } from 'preact/hooks';
import { status } from '../../data/status.ts';
import { useShared } from '../../data/use-resource.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { AppsTable } from '../apps/apps-table.tsx';
import { DeploysUnderWay } from './deploys-under-way.tsx';
import { Figures } from './figures.tsx';
import { Health } from './health.tsx';
import { LatestEvents } from './latest-events.tsx';
import { PlatformCharts } from './platform-charts.tsx';
import { PlatformParts } from './platform-parts.tsx';

export default function OverviewPage() {
  const state = useShared(status);
  const drawn = state.data.value !== null;
  useEffect(() => {
    // For those who measure how long it takes until there is something to see and to use.
    if (drawn) performance.mark('rig-overview-drawn');
  }, [drawn]);
  return (
    <>
      <PageHead title="Overview" />
      <Waiting of={state} height={420}>
        {(document) => (
          <div class="stack loose">
            <Health status={document} />
            <Figures status={document} />
            {document.deploys.length > 0 && <DeploysUnderWay deploys={document.deploys} />}
            <PlatformCharts />
            <AppsTable />
            <PlatformParts status={document} />
            <LatestEvents events={document.events} />
          </div>
        )}
      </Waiting>
    </>
  );
}
