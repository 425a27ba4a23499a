import type { EventKind } from '@rig-ops/contract/event-kinds';
import type { AuditEvent } from '@rig-ops/contract/resources';
import type { NewEvent } from './event-log.ts';

interface Telling {
  readonly kind: EventKind;
  /** Names in the details of the record that are told as they are; all of them are free of secrets. */
  readonly details?: readonly string[];
  /** Under which name of the details the target is told. */
  readonly target?: string;
  readonly message: (record: Told) => string;
}

/** A record as messages are made of it. */
interface Told {
  readonly user: string;
  /** `app/shop`, `network/default`, `platform`. */
  readonly target: string;
  /** The target without its kind. */
  readonly name: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const word = (value: unknown, otherwise: string): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
const kindOf = ({ details }: Told) => word(details.kind, 'session');

/** What is told of the audit log, by action. What has an event of its own where it is done is not here. */
const tellings: Readonly<Record<string, Telling>> = {
  'app.deploy': { kind: 'deploy.started', message: ({ name, user }) => `${user} deploys ${name}.` },
  'app.rollback': {
    kind: 'deploy.started',
    details: ['to'],
    message: ({ name, user, details }) => `${user} rolls ${name} back${toText(details.to)}.`,
  },
  'deploy.cancel': {
    kind: 'deploy.cancelled',
    message: ({ target, user }) =>
      `${user} cancelled ${target.startsWith('deploy/') ? 'a deploy' : `the deploy of ${target.replace('app/', '')}`}.`,
  },
  'app.domains': {
    kind: 'app.domains',
    message: ({ name, user }) => `${user} changed the host names of ${name}.`,
  },
  'release.tag': {
    kind: 'release.tagged',
    details: ['tag'],
    message: ({ name, user, details }) =>
      `${user} gave a release of ${name} the tag ${word(details.tag, '')}.`,
  },
  'release.untag': {
    kind: 'release.untagged',
    details: ['tag'],
    message: ({ name, user, details }) => `${user} took the tag ${word(details.tag, '')} of ${name} away.`,
  },
  'release.prune': {
    kind: 'release.pruned',
    message: ({ name, user }) => `${user} removed old releases of ${name}.`,
  },
  'config.change': {
    kind: 'config.changed',
    details: ['keys'],
    message: ({ name, user, details }) => `${user} changed ${listOf(details.keys)} of ${name}.`,
  },
  'access.grant': {
    kind: 'access.granted',
    details: ['user', 'role'],
    target: 'target',
    message: ({ target, user, details }) =>
      `${user} made ${word(details.user, 'somebody')} ${word(details.role, '')} on ${target}.`,
  },
  'access.revoke': {
    kind: 'access.revoked',
    details: ['user', 'role'],
    target: 'target',
    message: ({ target, user, details }) =>
      `${user} took the role ${word(details.role, '')} on ${target} from ${word(details.user, 'somebody')}.`,
  },
  'access-policy.set': {
    kind: 'policy.changed',
    target: 'target',
    message: ({ target, user }) => `${user} changed the terms of sessions in ${target}.`,
  },
  'user.create': {
    kind: 'user.created',
    target: 'user',
    message: ({ name, user }) => `${user} created ${name}.`,
  },
  'user.disable': {
    kind: 'user.disabled',
    target: 'user',
    message: ({ name, user }) => `${user} disabled ${name}.`,
  },
  'user.enable': {
    kind: 'user.enabled',
    target: 'user',
    message: ({ name, user }) => `${user} enabled ${name}.`,
  },
  'user.remove': {
    kind: 'user.removed',
    target: 'user',
    message: ({ name, user }) => `${user} removed ${name}.`,
  },
  'token.create': {
    kind: 'token.created',
    target: 'user',
    message: ({ name, user }) => `${user} made a token for ${name === 'me' ? 'themselves' : name}.`,
  },
  'token.revoke': {
    kind: 'token.revoked',
    target: 'token',
    message: ({ name, user }) => `${user} revoked the token ${name}.`,
  },
  'session.start': {
    kind: 'session.started',
    details: ['session', 'kind', 'instance', 'release'],
    message: (told) =>
      `${told.user} began a ${kindOf(told)} in ${told.target}: ${word(told.details.session, '')}.`,
  },
  'session.end': {
    kind: 'session.ended',
    details: ['session', 'kind', 'end', 'exitCode', 'seconds'],
    message: (told) =>
      `A ${kindOf(told)} of ${told.user} in ${told.target} ended after ${word(told.details.seconds, '?')} s.`,
  },
  'forward.start': {
    kind: 'session.forwarded',
    details: ['forward', 'port', 'process', 'instance'],
    message: ({ target, user }) => `${user} opened a forward to ${target}.`,
  },
  'copy.start': {
    kind: 'session.copied',
    details: ['direction', 'instance'],
    message: ({ target, user }) => `${user} began to copy files from or to ${target}.`,
  },
  'drain.create': {
    kind: 'drain.created',
    target: 'drain',
    message: ({ name, user }) => `${user} sends logs to ${name}.`,
  },
  'drain.remove': {
    kind: 'drain.removed',
    target: 'drain',
    message: ({ name, user }) => `${user} ended sending logs to ${name}.`,
  },
  'webhook.create': {
    kind: 'webhook.created',
    target: 'webhook',
    message: ({ name, user }) => `${user} sends events to ${name}.`,
  },
  'webhook.update': {
    kind: 'webhook.updated',
    target: 'webhook',
    message: ({ name, user }) => `${user} changed the webhook ${name}.`,
  },
  'webhook.remove': {
    kind: 'webhook.removed',
    target: 'webhook',
    message: ({ name, user }) => `${user} ended sending events to ${name}.`,
  },
  'webhook.pause': {
    kind: 'webhook.paused',
    target: 'webhook',
    message: ({ name, user }) => `${user} paused the webhook ${name}.`,
  },
  'webhook.resume': {
    kind: 'webhook.resumed',
    target: 'webhook',
    message: ({ name, user }) => `${user} resumed the webhook ${name}.`,
  },
  'webhook.rotate': {
    kind: 'webhook.rotated',
    target: 'webhook',
    message: ({ name, user }) => `${user} gave the webhook ${name} a new secret.`,
  },
  'audit.drain.create': {
    kind: 'drain.created',
    target: 'drain',
    message: ({ name, user }) => `${user} sends the audit log to ${name}.`,
  },
  'audit.drain.remove': {
    kind: 'drain.removed',
    target: 'drain',
    message: ({ name, user }) => `${user} ended sending the audit log to ${name}.`,
  },
};

const toText = (to: unknown) => (typeof to === 'number' ? ` to v${to}` : '');
const listOf = (keys: unknown) =>
  Array.isArray(keys) && keys.length > 0 ? keys.join(', ') : 'the configuration';

/** Actions that somebody reads of as they are begun. */
const BEGUN = new Set(['session.start', 'forward.start', 'copy.start']);

/** The event that is told of an audit record; undefined where none is. */
export function toldOfAudit(record: AuditEvent): NewEvent | undefined {
  const telling = Object.hasOwn(tellings, record.action) ? tellings[record.action] : undefined;
  if (telling === undefined) return undefined;
  const { action, details, result, target, user } = record;
  const isSessionEnd = action === 'session.end';
  if (!isSessionEnd && result !== (BEGUN.has(action) ? 'started' : 'succeeded')) return undefined;
  const slash = target.indexOf('/');
  const name = target.slice(slash + 1);
  const told: Record<string, unknown> = {};
  for (const key of telling.details ?? []) if (details[key] !== undefined) told[key] = details[key];
  if (telling.target !== undefined) {
    const value = telling.target === 'target' ? target : name;
    told[telling.target] = telling.target === 'user' && value === 'me' ? user : value;
  }
  return {
    app: target.startsWith('app/') ? name : null,
    ...(target.startsWith('network/') ? { network: name } : {}),
    kind: telling.kind,
    user,
    message: telling.message({ user, target, name, details }).slice(0, 1_000),
    details: told,
  };
}
