import { signal } from '@preact/signals';

/** Deploys that are followed on the page of their app until they are dismissed, by app. */
const watched = signal<ReadonlyMap<string, readonly string[]>>(new Map());

export const watchedDeploys = (app: string): readonly string[] => watched.value.get(app) ?? [];

/** Shows how a deploy goes, from now on. */
export function watchDeploy(app: string, deploy: string): void {
  const known = watched.peek().get(app) ?? [];
  if (!known.includes(deploy)) watched.value = new Map(watched.peek()).set(app, [...known, deploy]);
}

export function unwatchDeploy(app: string, deploy: string): void {
  const left = (watched.peek().get(app) ?? []).filter((id) => id !== deploy);
  watched.value = new Map(watched.peek()).set(app, left);
}
