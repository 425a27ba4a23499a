import { appendFileSync } from 'node:fs';
import type { PodOutput, PodOutputOptions } from './pod-log-source.ts';

export function openSimpleOutput({
  client,
  namespace,
  container,
  binding,
  path,
}: PodOutputOptions): PodOutput {
  const stop = new AbortController();
  const run = async () => {
    try {
      const answer = await client.connection.stream({
        method: 'GET',
        path: `/api/v1/namespaces/${namespace}/pods/${binding.pod}/log`,
        query: { container, follow: true },
        signal: stop.signal,
      });
      for await (const bytes of answer) appendFileSync(path, bytes as Buffer);
    } catch {
      // For now.
    }
  };
  const done = run();
  return {
    finish: async () => {
      const timer = setTimeout(() => stop.abort(), 3_000);
      await done;
      clearTimeout(timer);
    },
    abandon: async () => {
      stop.abort();
      await done;
    },
  };
}
