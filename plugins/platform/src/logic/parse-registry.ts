import { checkRegistry } from '@rig-ops/client/embedded';

/** Where images are to be pushed; null for nowhere, undefined when nothing was said. @throws RigError `invalid_input` */
export function parseRegistry(text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  return text === 'off' ? null : checkRegistry(text, '--registry');
}
