import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import type { ReceivedRecord, TestReceiver } from './drain-sink-contract.ts';

interface OtlpAnswer {
  status: number;
  body: string;
}

interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
}

interface ExportRequest {
  resourceLogs: {
    resource: { attributes: { key: string; value: AnyValue }[] };
    scopeLogs: {
      scope: { name: string };
      logRecords: {
        timeUnixNano: string;
        severityNumber: number;
        eventName: string;
        body: AnyValue;
        attributes: { key: string; value: AnyValue }[];
      }[];
    }[];
  }[];
}

/** Receives OTLP/HTTP with JSON bodies and answers as it is told. */
export async function startOtlpReceiver(t: Pick<TestContext, 'after'>) {
  const received: ReceivedRecord[] = [];
  const requests: IncomingMessage[] = [];
  const answer: OtlpAnswer = { status: 200, body: '{"partialSuccess":{}}' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(request);
      if (answer.status === 200) received.push(...readRequest(Buffer.concat(chunks).toString()));
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as { port: number };
  const receiver: TestReceiver = {
    received,
    target: {
      kind: 'otlp',
      secure: false,
      hostname: '127.0.0.1',
      port,
      path: '/v1/logs',
      allowPrivate: true,
      headers: { authorization: 'Bearer sesame' },
      ca: undefined,
    },
  };
  return { ...receiver, requests, answer, url: `http://127.0.0.1:${port}` };
}

function readRequest(text: string): ReceivedRecord[] {
  const { resourceLogs } = JSON.parse(text) as ExportRequest;
  return resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map(({ timeUnixNano, eventName, body, attributes }) => ({
        at: new Date(Number(BigInt(timeUnixNano) / 1_000_000n)).toISOString(),
        event: eventName,
        body: body.stringValue ?? '',
        attributes: Object.fromEntries(
          attributes.map(({ key, value }) => [
            key,
            value.stringValue ?? value.intValue ?? String(value.boolValue),
          ]),
        ),
      })),
    ),
  );
}
