import type { RigClient } from '@rig-ops/client';
import type { Ui } from '@rig-ops/kit';
import { formatDuration, sanitise } from '@rig-ops/kit/text';

export interface LoginAnswer {
  code: string;
  approve: boolean;
  /** Do not ask. */
  yes: boolean;
  signal: AbortSignal;
}

/** Approves or refuses the login of another machine in the name of who is logged in here. */
export async function answerLogin(rig: RigClient, ui: Ui, { code, approve, yes, signal }: LoginAnswer) {
  const params = { code: code.trim() };
  const { login } = await rig.call('getLogin', { params, signal });
  if (!approve) {
    await rig.call('denyLogin', { params, signal });
    ui.print(`Refused the login of ${sanitise(login.deviceName)}.`);
    return { login, approved: false };
  }
  const { user } = await rig.call('whoami', { signal });
  const age = formatDuration(Date.now() - Date.parse(login.createdAt));
  ui.note(
    `${sanitise(login.deviceName)}, at ${login.client}, asked ${age} ago to log in to ${rig.target.name}.`,
  );
  ui.note(`It will act as ${user}. Approve only what you asked for yourself.`);
  if (!yes && !(await ui.confirm('Approve it?'))) {
    ui.print('Not approved.');
    return { login, approved: false };
  }
  await rig.call('approveLogin', { params, signal });
  ui.print(`Approved: ${sanitise(login.deviceName)} is logged in as ${user}.`);
  return { login, approved: true };
}
