import { computed } from '@preact/signals';
import { call } from '../api/call.ts';
import { makeResource } from './resource.ts';

/** The status document, every two seconds; one for all pages. */
export const status = makeResource((signal) => call('getStatus', { signal }), { everyMs: 2000 });

export const problems = computed(() => status.data.value?.problems ?? []);

/** Network by app, as far as they may be seen. */
const networks = computed(() => new Map(status.data.value?.apps.map(({ name, network }) => [name, network])));

export const networkOf = (app: string): string | undefined => networks.value.get(app);
