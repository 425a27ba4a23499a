import { isRigError, RigError } from '@rig-ops/contract/errors';

/** What an API server answers in place of an object (`meta/v1.Status`). */
export interface ClusterStatus {
  kind?: string;
  status?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    retryAfterSeconds?: number;
    causes?: { reason?: string; message?: string; field?: string }[];
  };
}

const byStatus = {
  401: 'cluster_not_authenticated',
  403: 'cluster_not_permitted',
  404: 'cluster_not_found',
  409: 'cluster_conflict',
  410: 'cluster_expired',
  422: 'cluster_rejected',
  429: 'cluster_busy',
  503: 'cluster_busy',
  504: 'cluster_busy',
} as const;

/** Admission answers 403 whoever refuses: the text tells a used-up quota and a policy from a role that is missing. */
const forbidden = [
  { code: 'cluster_quota', says: /exceeded quota|failed quota/i },
  { code: 'cluster_conflict', says: /because it is being terminated/i },
  {
    code: 'cluster_rejected',
    says: /violates PodSecurity|unable to validate against any|admission webhook/i,
  },
] as const;

/** As the authorizer of the API server words it. */
const ROLE_MISSING =
  /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?/;

/** The error of an answer with a status from 400. */
export function toAnswerError(status: number, text: string): RigError {
  const said = readStatus(text);
  const message = (said.message ?? text.trim()).replace(/\.$/, '');
  const code =
    (status === 403 ? forbidden.find(({ says }) => says.test(message))?.code : undefined) ??
    (byStatus as Partial<Record<number, (typeof byStatus)[keyof typeof byStatus]>>)[status] ??
    'cluster_refused';
  const managers = managersOf(said);
  const hint = hintOf(status, message, managers);
  return new RigError(code, `The cluster says: ${message === '' ? `status ${status}` : message}.`, {
    ...(hint === null ? {} : { hint }),
    details: {
      status,
      ...(said.reason === undefined || said.reason === '' ? {} : { reason: said.reason }),
      ...(managers.length === 0 ? {} : { managers }),
      ...roleOf(message),
    },
  });
}

/** The error of a connection that did not come about, or broke. */
export function toConnectionError(server: string, error: unknown): RigError {
  if (isRigError(error)) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (CERTIFICATE.test(code)) {
    return new RigError('cluster_untrusted', `The API server at ${server} cannot be trusted: ${message}.`, {
      cause: error,
    });
  }
  const why = /^E[A-Z]+$/.test(code) ? (reasons[code] ?? code) : message;
  return new RigError('cluster_unreachable', `The API server at ${server} does not answer: ${why}.`, {
    cause: error,
  });
}

/** Codes of OpenSSL for a certificate that is not accepted, on this side or on the other. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALERT_(?:BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE)|HOSTNAME_MISMATCH/;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'nothing comes back',
  EPROTO: 'it does not speak TLS',
};

/** Whether the cluster said that it does not have what was named. */
export const isClusterNotFound = (error: unknown): boolean =>
  isRigError(error) && error.code === 'cluster_not_found';

/** Whether somebody else has it, or was faster. */
export const isClusterConflict = (error: unknown): boolean =>
  isRigError(error) && error.code === 'cluster_conflict';

/** Whether the API server could not be asked: what runs on the cluster goes on, and it may be back soon. */
export const isClusterAway = (error: unknown): boolean =>
  isRigError(error) && (error.code === 'cluster_unreachable' || error.code === 'cluster_busy');

/** Whether what was asked for is too long ago. */
export const isClusterExpired = (error: unknown): boolean =>
  isRigError(error) && error.code === 'cluster_expired';

/** What is between rig and the API server may answer in its own way. */
export function readStatus(text: string): ClusterStatus {
  try {
    const value = JSON.parse(text) as ClusterStatus | null;
    return value?.kind === 'Status' ? value : {};
  } catch {
    return {};
  }
}

/** The names of those who own a field that was to be set: `conflict with "kubectl" using apps/v1: .spec.replicas`. */
function managersOf({ details }: ClusterStatus): { manager: string; field: string }[] {
  return (details?.causes ?? []).flatMap(({ reason, message = '', field = '' }) => {
    if (reason !== 'FieldManagerConflict') return [];
    return [{ manager: /conflict with "([^"]*)"/.exec(message)?.[1] ?? message, field }];
  });
}

function roleOf(message: string): { role?: object } {
  const [found, user, verb, resource, group, namespace] = ROLE_MISSING.exec(message) ?? [];
  if (found === undefined) return {};
  return { role: { user, verb, resource, group, namespace: namespace ?? null } };
}

function hintOf(
  status: number,
  message: string,
  managers: readonly { manager: string; field: string }[],
): string | null {
  const [found, user = '', verb = '', resource = '', group = '', namespace] =
    ROLE_MISSING.exec(message) ?? [];
  if (status === 403 && found !== undefined) {
    const what = group === '' ? resource : `${resource}.${group}`;
    const where = namespace === undefined ? 'in the whole cluster' : `in the namespace ${namespace}`;
    return `Give ${user} a role with the verb ${verb} on ${what} ${where}; deploy/kubernetes has all that rig needs.`;
  }
  const [first] = managers;
  if (first === undefined) return null;
  return `${first.manager} has set ${first.field} as well: leave it to one of both.`;
}
