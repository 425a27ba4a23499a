import { useSignal } from '@preact/signals';
import { call } from '../../api/call.ts';
import { saveRecords, verifyChain } from '../../data/audit-records.ts';
import { may } from '../../data/may.ts';
import { useAction } from '../../data/use-action.ts';
import { useResource } from '../../data/use-resource.ts';
import type { ChainCheck } from '../../logic/check-chain.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Waiting } from '../../parts/waiting.tsx';

/** The chain of the audit log: checked here, record by record, with the key of the platform. */
export function ChainCard() {
  const checkpoints = useResource((signal) => call('listAuditCheckpoints', { signal }), [], {
    everyMs: null,
  });
  const retention = useResource((signal) => call('getAuditRetention', { signal }), [], { everyMs: null });
  const checked = useSignal<ChainCheck | null>(null);
  const verify = useAction(async () => {
    checked.value = await verifyChain((records) => {
      checked.value = { state: 'checking', records };
    });
  });
  const save = useAction(saveRecords);
  const result = checked.value;
  const mayExport = may('audit.export');
  return (
    <Card
      title="Chain of records"
      tools={
        mayExport && (
          <span class="row">
            {isSecureContext && (
              <Button small icon="audit" busy={verify.busy} onClick={() => void verify.run()}>
                Verify
              </Button>
            )}
            <Button small icon="down" busy={save.busy} onClick={() => void save.run()}>
              Export
            </Button>
          </span>
        )
      }
    >
      <Waiting of={checkpoints} height={60}>
        {({ head, checkpoints: list, platform }) => (
          <div class="stack tight">
            <p class="row wrap">
              <span role="status">
                {result?.state === 'whole' && (
                  <Badge tone="good">
                    whole: {result.records} records verified, signed through {result.signed}
                  </Badge>
                )}
                {result?.state === 'broken' && <Badge tone="bad">broken at record {result.at}</Badge>}
                {result?.state === 'checking' && <Badge tone="busy">{result.records} records so far</Badge>}
                {result === null && <Badge tone="none">not verified in this window</Badge>}
              </span>
              <span class="soft num">
                newest record {head}, {list.length} signed checkpoints
                {retention.data.value !== null &&
                  `, kept for ${retention.data.value.days} days or ${retention.data.value.records} records`}
              </span>
            </p>
            {result?.state === 'broken' && <p>{result.why}</p>}
            <p class="faint small">
              Platform <code>{platform}</code>. This window checks hashes, numbers and signatures; copies and
              checkpoints kept elsewhere are compared by <code class="typed">rig audit verify</code>
            </p>
            {verify.error !== null && <ErrorNote error={verify.error} />}
            {save.error !== null && <ErrorNote error={save.error} />}
          </div>
        )}
      </Waiting>
    </Card>
  );
}
