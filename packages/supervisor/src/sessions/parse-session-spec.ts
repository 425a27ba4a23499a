import { RigError } from '@rig-ops/contract/errors';
import type { SessionLimits, Terminal, TerminalSize } from '@rig-ops/contract/channels';
import type {
  RecordingSpec,
  SessionAttachSpec,
  SessionClientSpec,
  SessionSpec,
} from '@rig-ops/contract/supervisor-sessions';
import { parseContainerSpec } from '../api/parse-container-spec.ts';
import { parsePodSpec } from '../api/parse-pod-spec.ts';
import {
  requireEnvironment,
  requireId,
  requireNumber,
  requireObject,
  requireStrings,
  requireText,
} from '../api/require.ts';

/** OPEN parameters of `session`. @throws RigError `invalid_input` */
export function parseSessionSpec(value: unknown): SessionSpec {
  const spec = requireObject(value, 'parameters') as unknown as SessionSpec;
  requireId(spec.id, 'id');
  if (requireStrings(spec.argv, 'argv').length === 0) throw new RigError('invalid_input', '`argv` is empty.');
  requireStrings(spec.shownArgv, 'shownArgv');
  // In a container an empty one is that of its image.
  if (typeof spec.cwd !== 'string') requireText(spec.cwd, 'cwd');
  requireEnvironment(spec.env, 'env');
  requireClient(spec.client);
  requireLimits(spec.limits);
  if (spec.terminal !== null) requireTerminal(spec.terminal);
  if (spec.instance !== null) requireText(spec.instance, 'instance');
  if (spec.timeoutMs !== null) requireNumber(spec.timeoutMs, 'timeoutMs');
  if (spec.recording !== null) requireRecording(spec.recording);
  if (spec.runAs !== undefined) requireText(spec.runAs, 'runAs');
  return {
    ...spec,
    ...(spec.container === undefined ? {} : { container: parseContainerSpec(spec.container) }),
    ...(spec.pod === undefined ? {} : { pod: parsePodSpec(spec.pod) }),
  };
}

/** OPEN parameters of `session-attach`. @throws RigError `invalid_input` */
export function parseAttachSpec(value: unknown): SessionAttachSpec {
  const spec = requireObject(value, 'parameters') as unknown as SessionAttachSpec;
  requireId(spec.session, 'session');
  requireClient(spec.client);
  if (spec.terminal !== null) requireTerminal(spec.terminal);
  if (spec.from !== null) {
    requireNumber(spec.from.stdout, 'from.stdout');
    requireNumber(spec.from.stderr, 'from.stderr');
  }
  return spec;
}

function requireClient(value: SessionClientSpec): void {
  const client = requireObject(value, 'client');
  requireId(client.id, 'client.id');
  requireText(client.user, 'client.user');
}

function requireLimits(value: SessionLimits): void {
  const limits = requireObject(value, 'limits');
  for (const name of ['reconnectSeconds', 'detachedSeconds']) requireNumber(limits[name], `limits.${name}`);
  for (const name of ['idleSeconds', 'maximumSeconds']) {
    if (limits[name] !== null) requireNumber(limits[name], `limits.${name}`);
  }
}

function requireRecording(value: RecordingSpec): void {
  const recording = requireObject(value, 'recording');
  requireText(recording.path, 'recording.path');
  requireNumber(recording.maxBytes, 'recording.maxBytes');
}

function requireTerminal(value: Terminal | TerminalSize): void {
  const size = requireObject(value, 'terminal');
  requireNumber(size.columns, 'terminal.columns');
  requireNumber(size.rows, 'terminal.rows');
}
