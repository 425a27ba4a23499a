import type { ComponentChildren } from 'preact';
import type { Resource } from '../data/resource.ts';
import { ErrorNote } from './error-note.tsx';

interface WaitingProps<T> {
  readonly of: Resource<T>;
  readonly children: (data: T) => ComponentChildren;
  /** Height of what stands in until there is something, in pixels. */
  readonly height?: number;
}

/** What a resource tells; before it has told anything a shape of it, and why not when it cannot. */
export function Waiting<T>({ of, children, height = 160 }: WaitingProps<T>) {
  const data = of.data.value;
  const error = of.error.value;
  if (data === null) {
    if (error !== null) return <ErrorNote error={error} retry={() => of.refresh()} />;
    return (
      <div class="skeleton" style={{ height: `${height}px` }}>
        <span class="hidden-text">Loading…</span>
      </div>
    );
  }
  // A platform that is silent is told of once, above the page.
  const told = error === null || (error as { code?: unknown }).code === 'unreachable';
  return (
    <>
      {!told && <ErrorNote error={error} retry={() => of.refresh()} />}
      {children(data)}
    </>
  );
}
