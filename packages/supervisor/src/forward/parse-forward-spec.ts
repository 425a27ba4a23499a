import { RigError } from '@rig-ops/contract/errors';
import type { ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import { requireNumber, requireObject, requireText } from '../api/require.ts';

/** @throws RigError invalid_input */
export function parseForwardSpec(value: unknown): ForwardSpec {
  const { targets, check } = requireObject(value, 'parameters');
  if (!Array.isArray(targets)) throw new RigError('invalid_input', '`targets` is not a list.');
  return {
    check: check === true,
    targets: targets.map((target: unknown, index) => {
      const what = `targets[${index}]`;
      const { instance, port, own } = requireObject(target, what);
      return {
        instance: requireText(instance, `${what}.instance`),
        port: requireNumber(port, `${what}.port`),
        own: own === true,
      };
    }),
  };
}
