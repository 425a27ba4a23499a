import { readPageKey } from '../api/page-key.ts';
import { status } from './status.ts';

/** Asks for what every page shows before it is known who is here: a window that is opened again is there sooner. */
export function takeHeadStart(): void {
  if (readPageKey() !== null) status.retain();
}
