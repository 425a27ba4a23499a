import { signal } from '@preact/signals';
import type { AppOperation } from '@rig-ops/contract/resources';
import { call } from '../api/call.ts';
import { toast } from '../parts/toast.tsx';

/** A restart or scaling that was begun in this window. */
export interface WatchedOperation {
  readonly id: string;
  readonly app: string;
  /** As `Restart of web.1`. */
  readonly title: string;
  /** Why it failed, or why it is not known how it goes; null while it runs. */
  readonly failure: unknown;
}

const watched = signal<readonly WatchedOperation[]>([]);

export const operationsOf = (app: string): readonly WatchedOperation[] =>
  watched.value.filter((operation) => operation.app === app);

export function forgetOperation(id: string): void {
  watched.value = watched.value.filter((operation) => operation.id !== id);
}

/** Shows on the page of its app how an operation goes; its end is told, a failure until it is dismissed. */
export async function watchOperation(begun: AppOperation, title: string, done: string): Promise<void> {
  const { id, app } = begun;
  watched.value = [...watched.peek(), { id, app, title, failure: null }];
  let failure: unknown = null;
  try {
    failure = await outcome(begun);
  } catch (error) {
    failure = error;
  }
  if (failure === null) {
    forgetOperation(id);
    toast(done);
  } else {
    watched.value = watched.peek().map((each) => (each.id === id ? { ...each, failure } : each));
  }
}

const AGAIN_MS = 2000;

/** Waits for the end; answers what it failed with, or null. */
async function outcome(begun: AppOperation): Promise<AppOperation['failure']> {
  let operation = begun;
  while (operation.status === 'running') {
    let latest: AppOperation | null;
    try {
      latest = (await call('getOperation', { params: { app: begun.app } })).operation;
    } catch (error) {
      // A platform that is started again goes on with it.
      if ((error as { code?: string }).code !== 'unreachable') throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      continue;
    }
    // Another one has begun since: this one has ended, and nobody remembers how.
    if (latest?.id !== begun.id) return null;
    operation = latest;
  }
  return operation.failure;
}
