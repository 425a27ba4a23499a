import type { Verb } from './access.ts';

/** What is said of a kind of event; `docs/events.md` is made of it. */
export interface EventKindEntry {
  /** When it is told. */
  readonly when: string;
  /** What `details` has, beside nothing. */
  readonly details?: string;
  /**
   * What it takes to see it at the app it is about, or at the platform. `app.read` or `platform.read`
   * when absent.
   */
  readonly verb?: Verb;
}

/** Every kind of event. A kind is permanent: it may be added, never renamed and never reused. */
export const eventKinds = {
  'platform.started': { when: 'rigd was started, also after it ended by itself.', details: 'version' },
  'network.created': { when: 'A network was created.', details: 'network' },
  'network.destroyed': { when: 'A network was removed.', details: 'network' },
  'app.created': { when: 'An app was created.' },
  'app.destroyed': { when: 'An app was destroyed with everything of it.' },
  'app.scaled': { when: 'The numbers of instances were changed, and reached.', details: 'processes' },
  'app.restarted': { when: 'Instances were replaced on request.', details: 'instances, release' },
  'app.locked': { when: 'Somebody locked an app against deploys.', details: 'reason, until' },
  'app.unlocked': { when: 'A lock on an app ended before its time.', details: 'owner' },
  'app.domains': { when: 'The host names of an app were changed.' },
  'deploy.started': { when: 'Somebody began a deploy or a rollback.', details: 'to (of a rollback)' },
  'deploy.cancelled': { when: 'Somebody cancelled a deploy.' },
  'deploy.failed': {
    when: 'A deploy failed; what was live before is live still.',
    details: 'deploy, release, step, code',
  },
  'release.live': { when: 'A release took over the traffic of its app.', details: 'deploy, release, cause' },
  'release.taken-back': {
    when: 'A live release failed, and the one before comes back.',
    details: 'deploy, release, returnsTo',
  },
  'release.tagged': { when: 'A release was given a tag.', details: 'tag' },
  'release.untagged': { when: 'A tag of a release was taken away.', details: 'tag' },
  'release.pruned': { when: 'Old releases were removed on request.' },
  'instance.crashed': { when: 'An instance ended by itself.', details: 'instance, release, exitCode' },
  'instance.restarted': { when: 'A crashed instance was started again.', details: 'instance, release' },
  'instance.unhealthy': { when: 'An instance stopped passing its check.', details: 'instance, release' },
  'instance.healthy': { when: 'An unhealthy instance passes its check again.', details: 'instance, release' },
  'config.changed': {
    when: 'Variables of an app were set or removed; the names are told, never the values.',
    details: 'keys',
    verb: 'config.read',
  },
  'access.granted': { when: 'A role was given.', details: 'user, role, target', verb: 'access.read' },
  'access.revoked': { when: 'A role was taken away.', details: 'user, role, target', verb: 'access.read' },
  'policy.changed': { when: 'The terms of sessions were changed.', details: 'target', verb: 'policy.read' },
  'user.created': { when: 'A user or a service account was created.', details: 'user', verb: 'users.read' },
  'user.disabled': { when: 'A user was disabled.', details: 'user', verb: 'users.read' },
  'user.enabled': { when: 'A disabled user was enabled.', details: 'user', verb: 'users.read' },
  'user.removed': { when: 'A user was removed.', details: 'user', verb: 'users.read' },
  'token.created': { when: 'A token was made.', details: 'user', verb: 'tokens.read' },
  'token.revoked': { when: 'A token was revoked.', details: 'token', verb: 'tokens.read' },
  'session.started': {
    when: 'Somebody entered an app or a network: a shell or a command.',
    details: 'session, kind, instance',
    verb: 'sessions.read',
  },
  'session.ended': {
    when: 'A session ended.',
    details: 'session, kind, end, exitCode, seconds',
    verb: 'sessions.read',
  },
  'session.forwarded': { when: 'Somebody opened a forward to an app.', verb: 'sessions.read' },
  'session.copied': { when: 'Somebody began to copy files to or from an app.', verb: 'sessions.read' },
  'session.approval': {
    when: 'A session waits for the approval of somebody else.',
    details: 'approval, kind',
    verb: 'sessions.read',
  },
  'session.approved': { when: 'A session was approved.', details: 'approval, kind', verb: 'sessions.read' },
  'session.denied': { when: 'A session was denied.', details: 'approval, kind', verb: 'sessions.read' },
  'drain.created': { when: 'Logs, or the audit log, are sent somewhere.', verb: 'drains.read' },
  'drain.removed': { when: 'Logs, or the audit log, are sent there no more.', verb: 'drains.read' },
  'webhook.created': { when: 'Events are sent somewhere.', details: 'webhook', verb: 'webhooks.read' },
  'webhook.updated': { when: 'Somebody changed a webhook.', details: 'webhook', verb: 'webhooks.read' },
  'webhook.removed': { when: 'Events are sent there no more.', details: 'webhook', verb: 'webhooks.read' },
  'webhook.paused': { when: 'Somebody paused a webhook.', details: 'webhook', verb: 'webhooks.read' },
  'webhook.resumed': { when: 'Somebody resumed a webhook.', details: 'webhook', verb: 'webhooks.read' },
  'webhook.rotated': {
    when: 'A webhook signs with a new secret.',
    details: 'webhook',
    verb: 'webhooks.read',
  },
  'webhook.disabled': {
    when: 'The platform disabled a webhook of which nothing arrives.',
    details: 'webhook, reason',
    verb: 'webhooks.read',
  },
} as const satisfies Record<string, EventKindEntry>;

export type EventKind = keyof typeof eventKinds;

/** What a choice of kinds may look like: `release.live`, `release.*`, `*`. */
export const KIND_PATTERN = '^[a-z*][a-z*.-]{0,79}$';

/** @returns whether a kind is one of those that a pattern stands for; `*` in it is any text */
export function kindMatcher(patterns: readonly string[]): (kind: string) => boolean {
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.replaceAll(/[^\w*-]/g, String.raw`\$&`).replaceAll(/\*+/g, '.*')}$`),
  );
  return (kind) => expressions.some((expression) => expression.test(kind));
}

/** The patterns that stand for no kind there is. */
export function unknownKinds(patterns: readonly string[]): string[] {
  const kinds = Object.keys(eventKinds);
  return patterns.filter((pattern) => !kinds.some(kindMatcher([pattern])));
}
