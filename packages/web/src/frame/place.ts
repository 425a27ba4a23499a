import { signal } from '@preact/signals';
import { hrefOf, readPlace } from '../logic/route.ts';

/** Where somebody is; follows the address. */
export const place = signal(readPlace(location.hash));

addEventListener('hashchange', () => {
  place.value = readPlace(location.hash);
});

/** Goes to a page, as a click on a link to it does. */
export function goTo(page: string, params: readonly string[] = []): void {
  location.hash = hrefOf(page, params);
}

/** Changes the filters in the address; nobody wants a step of the history for each letter. */
export function setQuery(query: Readonly<Record<string, string | undefined>>): void {
  const { page, params, query: old } = place.value;
  history.replaceState(null, '', hrefOf(page, params, { ...old, ...query }));
  place.value = readPlace(location.hash);
}
