import type { AccessRecord } from '@rig-ops/contract/access-record';
import { formatBytes, formatMs } from '../../logic/format.ts';
import type { TextFinder } from './find-text.ts';
import { describeRequest, toneOfRequest } from './read-request.ts';
import { StyledLine } from './styled-line.tsx';

/** Titles of the columns of a request, behind the time. */
export const requestColumns = ['Status', 'Request', 'Time', 'In', 'Out', 'Instance', 'Client'] as const;

/** A request as cells of a table. */
export function RequestCells({ request, finder }: { request: AccessRecord; finder: TextFinder | null }) {
  const what = <StyledLine text={describeRequest(request)} finder={finder} whole />;
  if (request.type === 'connection') {
    return (
      <span class="log-request">
        <span class="log-status warn">–</span>
        <span class="log-what">{what}</span>
      </span>
    );
  }
  const { status, outcome, bytesIn, bytesOut, totalMs, instance, client } = request;
  return (
    <span class="log-request">
      <span class={`log-status ${toneOfRequest(request)}`}>{status === 0 ? '–' : status}</span>
      <span class="log-what">
        {what}
        {outcome !== 'answered' && <span class="log-outcome">{outcome}</span>}
      </span>
      <span class="num">{formatMs(totalMs)}</span>
      <span class="num">{formatBytes(bytesIn)}</span>
      <span class="num">{formatBytes(bytesOut)}</span>
      <span>{instance ?? '–'}</span>
      <span>{client}</span>
    </span>
  );
}
