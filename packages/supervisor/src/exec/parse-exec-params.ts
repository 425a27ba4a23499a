import { RigError } from '@rig-ops/contract/errors';
import type { ExecParams } from '@rig-ops/contract/supervisor';
import { requireEnvironment, requireObject, requireStrings, requireText } from '../api/require.ts';

/** @throws RigError invalid_input */
export function parseExecParams(value: unknown): ExecParams {
  const params = requireObject(value, 'parameters');
  const argv = requireStrings(params.argv, 'argv');
  if (argv.length === 0) throw new RigError('invalid_input', '`argv` is empty.');
  return {
    session: requireText(params.session, 'session'),
    instance: params.instance === null ? null : requireText(params.instance, 'instance'),
    argv,
    cwd: requireText(params.cwd, 'cwd'),
    env: requireEnvironment(params.env, 'env'),
  };
}
