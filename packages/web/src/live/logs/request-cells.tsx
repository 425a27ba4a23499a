import type { AccessRecord } from '@rig-ops/contract/access-record';
import { formatBytes, formatMs } from '../../logic/format.ts';
import type { TextFinder } from './find-text.ts';
import { describeProblem, toneOfRequest } from './read-request.ts';
import { StyledLine } from './styled-line.tsx';

/** Titles of the columns of a request, behind the time. */
export const requestColumns = ['Status', 'Request', 'Time', 'In', 'Out', 'Instance', 'Client'] as const;

/** A request as cells of a table. */
export function RequestCells({ request, finder }: { request: AccessRecord; finder: TextFinder | null }) {
  const piece = (text: string) => <StyledLine text={text} finder={finder} whole />;
  if (request.type === 'connection') {
    return (
      <span class="log-request">
        <span class="log-status warn">–</span>
        <span class="log-what">{piece(describeProblem(request))}</span>
      </span>
    );
  }
  const { method, host, path, status, outcome, bytesIn, bytesOut, totalMs, instance, client } = request;
  return (
    <span class="log-request">
      <span class={`log-status ${toneOfRequest(request)}`}>{status === 0 ? '–' : status}</span>
      <span class="log-what">
        {piece(method === '' ? 'no HTTP' : `${method} `)}
        <span class="log-host">{piece(host)}</span>
        {piece(path)}
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
