import { call } from '../api/call.ts';
import { type ChainCheck, ChainChecker, type ChainedLine } from '../logic/check-chain.ts';

const PAGE = 1000;

/** Every record there is now, in its order, a page at a time. */
async function* readChain(): AsyncGenerator<readonly ChainedLine[]> {
  let after = 0;
  let through: number | undefined;
  for (;;) {
    const page = await call('readAuditChain', {
      query: { after, limit: PAGE, ...(through === undefined ? {} : { through }) },
    });
    // Reading is recorded too: what comes behind the beginning is left for the next time.
    through ??= page.head;
    const last = page.records.at(-1);
    if (last === undefined) return;
    yield page.records;
    after = (JSON.parse(last.record) as { id: number }).id;
    if (after >= through) return;
  }
}

/** Checks the chain of the audit log in this browser; tells how far it has come. */
export async function verifyChain(onProgress: (records: number) => void): Promise<ChainCheck> {
  const { checkpoints, publicKey } = await call('listAuditCheckpoints');
  const checker = new ChainChecker();
  await checker.addCheckpoints(checkpoints, publicKey);
  for await (const records of readChain()) {
    await checker.addRecords(records);
    onProgress(checker.count);
  }
  return checker.finish();
}

/** Saves the records as lines of JSON, as `rig audit export` writes them. */
export async function saveRecords(): Promise<void> {
  const parts: string[] = [];
  for await (const records of readChain())
    parts.push(records.map(({ hash, record }) => `{"hash":"${hash}","record":${record}}\n`).join(''));
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `rig-audit-${new Date().toISOString().slice(0, 10)}.ndjson`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
