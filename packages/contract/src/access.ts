/**
 * Who may do what. A verb is something that can be allowed, a role a named set of verbs, a binding a role
 * given to a user at the platform, a network or an app. `docs/access.md` explains them and has the matrix
 * that tests compare with this file.
 */
export const verbs = {
  'platform.read': 'See the events and problems of the platform itself.',
  'platform.manage': 'Change settings of the platform.',
  'users.read': 'See users and service accounts.',
  'users.manage': 'Create, disable, enable and remove users and service accounts.',
  'tokens.read': 'See the tokens of a user, without their secret.',
  'tokens.create': 'Make a token for a user.',
  'tokens.revoke': 'Revoke a token of a user.',
  'access.read': 'See who has which role.',
  'access.manage': 'Grant and revoke roles.',
  'audit.read': 'Read the audit log.',
  'audit.export': 'Export the audit log and its checkpoints.',
  'audit.manage': 'Sign the audit log now, set how long it is kept, and where it is sent.',
  'drains.read': 'See where logs are sent.',
  'drains.manage': 'Send logs elsewhere.',
  'webhooks.read': 'See where events are sent, and what was sent.',
  'webhooks.manage': 'Send events elsewhere.',
  'network.read': 'See a network.',
  'network.manage': 'Create, change and destroy networks.',
  'app.create': 'Create an app.',
  'app.read': 'See an app with its releases, builds and deploys.',
  'app.deploy': 'Upload source, deploy it and roll back.',
  'app.operate': 'Restart and scale an app.',
  'app.destroy': 'Destroy an app with everything of it.',
  'config.read': 'See the configuration of an app; never its secrets.',
  'config.write': 'Change the configuration of an app.',
  'logs.read': 'Read the logs of an app and of its builds.',
  'remote.shell': 'Open shells in an app, or in a network.',
  'remote.command': 'Run commands in an app.',
  'remote.forward': 'Reach ports of an app.',
  'remote.copy': 'Copy files to and from an app.',
  'sessions.read': 'See who is inside an app.',
  'sessions.attach': "Watch somebody's session, and take it over.",
  'sessions.end': "End somebody's session.",
  'sessions.replay': 'Replay and export what was recorded of sessions.',
  'sessions.approve': "Approve or deny somebody's request for a session; never one's own.",
  'policy.read': 'See what is asked of sessions: the policy of an app or network.',
  'policy.manage': 'Set the policy of an app or network.',
} as const satisfies Record<string, string>;

export type Verb = keyof typeof verbs;

const viewer = ['platform.read', 'network.read', 'app.read', 'logs.read'] as const;

/** Verbs of each role. A verb that is not listed is not allowed. */
export const roles = {
  viewer,
  deployer: [...viewer, 'app.create', 'app.deploy', 'app.operate', 'config.read', 'config.write'],
  operator: [
    ...viewer,
    'app.operate',
    'remote.shell',
    'remote.command',
    'remote.forward',
    'remote.copy',
    'sessions.read',
    'sessions.attach',
    'sessions.end',
    'sessions.approve',
    'policy.read',
  ],
  admin: Object.keys(verbs) as Verb[],
} as const satisfies Record<string, readonly Verb[]>;

export type Role = keyof typeof roles;

/**
 * Roles that let somebody run code of their choice where apps run. Bound to one app or network they hold only
 * where instances are isolated from one another and from the platform.
 */
export const rolesThatRunCode: readonly Role[] = ['deployer', 'operator', 'admin'];

/**
 * Where the platform finds what a request is about.
 *
 * - `app`: the `app`, `build` or `deploy` that is named; of several, all must be of one app. Without one, the
 *   `network` that is named
 * - `network`: the `network` that is named, `default` when none is
 * - `user`: the `user` or the owner of the `token` that is named; `me` is the caller. Everybody has the `tokens.*`
 *   and `users.read` verbs on themselves (a service account does not make tokens).
 * - `session`: the app, or else the network, of the `session` that is named. Everybody has the `sessions.read`,
 *   `sessions.attach` and `sessions.end` verbs on own sessions for as long as they could begin such a one
 * - `target`: the `target` that is named, as `app/shop`, `network/default` or `platform`
 * - `each`: every signed-in user may ask; the handler answers only what the verb is allowed on
 */
export type TargetSource = 'platform' | 'network' | 'app' | 'user' | 'session' | 'target' | 'each';

/**
 * What it takes to use a route or to open a channel: nothing, to be a user (it is then about the caller
 * alone), or a verb on a target. Names come from the path of a route and from the parameters of a channel;
 * `from` is where else a route takes them from.
 */
export type Access =
  | 'anyone'
  | 'signed-in'
  | { readonly verb: Verb; readonly on: TargetSource; readonly from?: 'body' | 'query' };

/** Names of users: those of an operating system, and addresses. */
export const USER_NAME_PATTERN = '^[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?$';
