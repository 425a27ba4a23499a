import type { Labels } from './daemon-types.ts';
import type { DockerConnection, DockerRequest } from './docker-connection.ts';

/** A call whose path is that of the version that was agreed on. */
export interface DockerCalls {
  call<T>(request: DockerRequest): Promise<T>;
  stream: DockerConnection['stream'];
  hijack: DockerConnection['hijack'];
}

/** As `filters` has them. */
export const labelFilters = (labels: Labels): string[] =>
  Object.entries(labels).map(([name, value]) => `${name}=${value}`);
