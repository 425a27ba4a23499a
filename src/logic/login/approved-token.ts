import { hostname } from 'node:os';
import { awaitDeviceToken, type placeFor, requestDeviceCode } from '@rig-ops/client/login';
import { RigError } from '@rig-ops/contract/errors';
import { formatDuration, sanitise } from '@rig-ops/kit/text';
import type { Ui } from '@rig-ops/kit';

/** Shows a code, waits until somebody approves it, and answers the token that was issued. */
export async function approvedToken(
  place: Awaited<ReturnType<typeof placeFor>>,
  { ui, env, signal }: { ui: Ui; env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<string> {
  if (env.CI && !ui.interactive) {
    throw new RigError('usage', 'Nobody is there to approve a login in CI.', {
      hint: 'Pass a token on stdin: `rig login URL --token - < token.txt`, or set RIG_URL and RIG_TOKEN.',
    });
  }
  const code = await requestDeviceCode(place, { deviceName: hostname(), signal });
  const userCode = sanitise(code.userCode);
  ui.note(`Approve this login with the code ${ui.style('strong', userCode)}`);
  ui.note(`  in a browser:       ${sanitise(code.verificationUriComplete)}`);
  ui.note(`  or, logged in there: rig login --approve ${userCode}`);
  ui.note(`Waiting for approval; the code is valid for ${formatDuration(code.expiresIn * 1000)} …`);
  return await awaitDeviceToken(place, code, signal);
}
