import { awaitApproval as waitForApproval } from '@rig-ops/wire/session-link';
import type { Setting } from './setting.ts';

/** For an opening that was refused because nobody has approved it yet: tells its user, and waits until somebody has decided. */
export const awaitApproval = ({
  rig,
  ui,
  signal,
}: Pick<Setting, 'rig' | 'ui' | 'signal'>): ((error: unknown) => Promise<void>) =>
  waitForApproval({
    ask: (approval) => rig.call('getApproval', { params: { approval }, signal }),
    onWaiting: (id) => ui.note(`Waiting for somebody to approve it: rig sessions approve ${id}`),
    onApproved: ({ decidedBy }) => ui.note(`${decidedBy} has approved it.`),
    signal,
  });
