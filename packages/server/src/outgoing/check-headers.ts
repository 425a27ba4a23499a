import { RigError } from '@rig-ops/contract/errors';

/** Headers that say how a message travels, which is ours to say. */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Headers to send along, their names in lower case, so that none is there twice. @throws RigError `invalid_input` */
export function checkHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (OWN_HEADERS.has(lower)) throw new RigError('invalid_input', `The header ${lower} is set by rig.`);
    checked[lower] = value;
  }
  return checked;
}
