import type { ApiAnswer } from './send-api-request.ts';

/** An answer as the one document of a machine format: the body's own, with the status and headers on request. */
export function toDocument({ status, headers, body }: ApiAnswer, include: boolean): object {
  const document = parse(body);
  if (include) return { status, headers, body: document };
  return typeof document === 'object' && document !== null && !Array.isArray(document)
    ? document
    : { body: document };
}

/** What is not JSON comes as text. */
function parse(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
