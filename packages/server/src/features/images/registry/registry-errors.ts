import { RigError } from '@rig-ops/contract/errors';
import type { RegistryAnswer } from './registry-request.ts';

const MOST_SHOWN = 200;

/** Why a registry did not give what it was asked for, by what it answers. */
export function explainAnswer(
  image: string,
  host: string,
  { body, headers, status }: RegistryAnswer,
): RigError {
  const said = saidIn(body.toString('utf8'));
  const why = said === null ? `it answers with status ${status}` : `${said} (${status})`;
  const details = { image, registry: host, status };
  if (status === 401 || status === 403)
    return new RigError(
      'image_denied',
      `The registry ${host} does not give ${image} to this platform: ${why}.`,
      {
        details,
      },
    );
  if (status === 404)
    return new RigError('image_not_found', `There is no image ${image}: ${why}.`, { details });
  if (status === 429) {
    const { 'retry-after': after } = headers;
    const patience = after === undefined ? '' : `; it wants to be asked again in ${after} s`;
    return new RigError(
      'image_registry_unreachable',
      `The registry ${host} was asked too often: ${why}${patience}.`,
      {
        hint: 'Give the platform credentials: it may ask more often then. `rig platform start --docker-config FILE`.',
        details,
      },
    );
  }
  return new RigError('image_registry_unreachable', `The registry ${host} cannot give ${image}: ${why}.`, {
    details,
  });
}

/** Why no answer came. */
export function explainFailure(image: string, host: string, failure: unknown): RigError {
  const { code, message } = failure as NodeJS.ErrnoException;
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code ?? '');
  const why = isCertificate ? `its certificate is not trusted (${code})` : (code ?? message);
  return new RigError(
    'image_registry_unreachable',
    `The registry of ${image} does not answer: ${host}, ${why}.`,
    {
      ...(isCertificate
        ? {
            hint: `Put the authority of its certificate where Docker looks for it: /etc/docker/certs.d/${host}/ca.crt.`,
          }
        : {}),
      details: { image, registry: host },
      cause: failure,
    },
  );
}

/** The first of the errors of an answer, as a line; null where it has none. */
function saidIn(text: string): string | null {
  try {
    const { errors } = JSON.parse(text) as { errors?: { code?: unknown; message?: unknown }[] };
    const [first] = errors ?? [];
    const said = [first?.message, first?.code].find((each) => typeof each === 'string' && each !== '');
    return typeof said === 'string'
      ? said.replace(/\s+/g, ' ').slice(0, MOST_SHOWN).replace(/\.$/, '')
      : null;
  } catch {
    return null;
  }
}
