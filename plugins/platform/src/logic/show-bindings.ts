import type { Binding } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

/** Roles as a table, and why those that do not hold do not. */
export function showBindings(ui: Ui, bindings: readonly Binding[]): void {
  ui.table(
    bindings.map(({ user, role, target, active, createdBy, createdAt }) => ({
      user,
      role: active ? role : `${role} ${ui.style('warn', '(does not hold)')}`,
      target,
      by: createdBy,
      at: createdAt,
    })),
    [
      { key: 'user', header: 'USER' },
      { key: 'role', header: 'ROLE' },
      { key: 'target', header: 'ON' },
      { key: 'by', header: 'GRANTED BY' },
      { key: 'at', header: 'AT' },
    ],
  );
  if (bindings.every(({ active }) => active)) return;
  ui.warn(
    'A role that runs code holds at one app or network only where apps are isolated; here they are not.',
  );
}
