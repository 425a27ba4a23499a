import type { PlatformEvent } from '@rig-ops/contract/resources';

/** @returns whether an event is of the app and of one of the kinds; of any when there are none */
export function matchEvents({
  app,
  kinds,
}: {
  app: string | undefined;
  kinds: readonly string[];
}): (event: PlatformEvent) => boolean {
  const patterns = kinds.map(
    (kind) => new RegExp(`^${kind.replaceAll(/[^\w*]/g, String.raw`\$&`).replaceAll('*', '.*')}$`),
  );
  return (event) =>
    (app === undefined || event.app === app) &&
    (patterns.length === 0 || patterns.some((pattern) => pattern.test(event.kind)));
}
