import type { User } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

/** How a user stands, in one word. */
export function styleUserStatus(ui: Ui, { disabled, owner }: Pick<User, 'disabled' | 'owner'>): string {
  if (disabled) return ui.style('bad', 'disabled');
  return owner ? 'owner' : 'enabled';
}
