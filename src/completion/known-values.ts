import { eventKinds } from '@rig-ops/contract/event-kinds';
import { routeTable } from '@rig-ops/contract/route-table';

const paths = [...new Set(Object.values(routeTable).map(({ path }) => path))].toSorted((a, b) =>
  a < b ? -1 : 1,
);
const kinds = Object.keys(eventKinds);
const groups = [...new Set(kinds.map((kind) => `${kind.split('.')[0]}.*`))];

/** By command and name of the value: what it can be on every platform, or what it usually is. */
const known: Readonly<Record<string, readonly string[]>> = {
  'api method': ['GET', 'POST', 'PUT', 'DELETE'],
  'api path': paths,
  'events kind': [...kinds, ...groups],
  'webhooks add kind': [...kinds, ...groups],
};

/** What completes a value that no list of options limits; undefined where nothing is known. */
export const knownValues = (command: string, name: string): readonly string[] | undefined =>
  known[`${command} ${name}`];
