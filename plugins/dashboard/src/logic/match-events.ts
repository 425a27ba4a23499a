import { kindMatcher } from '@rig-ops/contract/event-kinds';
import type { PlatformEvent } from '@rig-ops/contract/resources';

/** @returns whether an event is of the app and of one of the kinds; of any when there are none */
export function matchEvents({
  app,
  kinds,
}: {
  app: string | undefined;
  kinds: readonly string[];
}): (event: PlatformEvent) => boolean {
  const isOfKind = kindMatcher(kinds);
  return (event) => (app === undefined || event.app === app) && (kinds.length === 0 || isOfKind(event.kind));
}
