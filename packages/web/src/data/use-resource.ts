import { useEffect, useMemo } from 'preact/hooks';
import { makeResource, type Resource, type ResourceOptions } from './resource.ts';

/** Keeps a resource current while the component is there. */
export function useShared<T>(resource: Resource<T>): Resource<T> {
  useEffect(() => resource.retain(), [resource]);
  return resource;
}

/** A resource of this component alone; another one as soon as a part of `key` is another. */
export function useResource<T>(
  load: (signal: AbortSignal, old: T | null) => Promise<T>,
  key: readonly unknown[],
  options: ResourceOptions,
): Resource<T> {
  // What `load` holds on to is named in `key`.
  const resource = useMemo(() => makeResource(load, options), key);
  return useShared(resource);
}
