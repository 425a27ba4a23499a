import type { RigClient } from '@rig-ops/client';
import { loadContexts } from '@rig-ops/client/contexts';
import { describeProxy, measureClockSkew } from '@rig-ops/client/login';
import { formatDuration } from '@rig-ops/kit/text';
import { type DoctorCheck, passed, problem } from './doctor-check.ts';

type Target = Extract<RigClient['target'], { url: string }>;

interface WayQuestion {
  rigHome: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/** A token that ends sooner is worth a word. */
const SOON_MS = 3 * 24 * 60 * 60 * 1000;

/** Looks at what stands between this machine and a platform: credentials, proxy, TLS, clocks. */
export async function checkWay(target: Target, question: WayQuestion): Promise<DoctorCheck[]> {
  return [
    await checkKeeping(target, question),
    checkProxy(target),
    ...checkTls(target, question.env),
    await checkClock(target, question.signal),
  ];
}

async function checkKeeping(target: Target, { rigHome, env }: WayQuestion): Promise<DoctorCheck> {
  if (target.credentials === 'environment') {
    const from = env.RIG_CA ? 'RIG_URL, RIG_TOKEN and RIG_CA' : 'RIG_URL and RIG_TOKEN';
    return passed('context', 'token', `comes from ${from}`);
  }
  const place = target.credentials === 'keyring' ? 'the keyring of the system' : 'contexts.json (0600)';
  const { expiresAt = null } = (await loadContexts(rigHome)).find(({ name }) => name === target.name) ?? {};
  const left = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - Date.now();
  if (left > SOON_MS) return passed('context', 'token', `is in ${place}`);
  const when = left > 0 ? `expires in ${formatDuration(left)}` : `has expired by the clock of this machine`;
  return problem('context', 'token', `is in ${place} and ${when}.`, `Run \`rig login ${target.url}\`.`);
}

function checkProxy({ proxy }: Target): DoctorCheck {
  return passed(
    'context',
    'proxy',
    proxy === undefined ? 'None on the way.' : `Requests go through ${describeProxy(proxy)}`,
  );
}

function checkTls({ url, ca }: Target, env: WayQuestion['env']): DoctorCheck[] {
  if (!url.startsWith('https:'))
    return [passed('context', 'tls', 'Not used: the address begins with http://')];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    const what = 'NODE_TLS_REJECT_UNAUTHORIZED is 0: anybody on the way can read the token.';
    return [problem('context', 'tls', what, 'Unset it, and give the authority of the platform with --ca.')];
  }
  const by =
    ca === undefined ? 'the authorities this machine trusts' : 'the authority of the context or RIG_CA';
  return [passed('context', 'tls', `Certificates are checked against ${by}`)];
}

async function checkClock(target: Target, signal: AbortSignal): Promise<DoctorCheck> {
  const skew = await measureClockSkew(target, signal);
  if (skew === null)
    return passed('context', 'clock', 'No difference to the clock of the platform was seen.');
  const side = skew > 0 ? 'ahead of' : 'behind';
  return problem(
    'context',
    'clock',
    `The clock of this machine is ${formatDuration(Math.abs(skew))} ${side} the platform's.`,
    'Set the clock; until then tokens and certificates may look expired, or not valid yet.',
  );
}
