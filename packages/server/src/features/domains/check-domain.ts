import { RigError } from '@rig-ops/contract/errors';

/** RFC 1123: labels of letters, digits and hyphens, not at the ends; 253 characters in all. */
const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A host name as it is stored: in lower case, without a dot at its end. @throws RigError `invalid_domain` */
export function checkDomain(text: string): string {
  const domain = text.trim().toLowerCase().replace(/\.$/, '');
  if (/[^ -~]/.test(domain))
    throw new RigError('invalid_domain', `${JSON.stringify(text)} has letters beyond ASCII.`, {
      hint: 'Give the form that begins with xn--, as DNS has it.',
    });
  if (!HOST.test(domain) || /^[\d.]+$/.test(domain))
    throw new RigError('invalid_domain', `${JSON.stringify(text.slice(0, 100))} is no host name.`);
  // Each app has one by its name, and another app of that name may come.
  if (domain.endsWith('.localhost'))
    throw new RigError('invalid_domain', `${domain} belongs to the app of that name, or to one to come.`, {
      hint: 'Every app has <app>.localhost already.',
    });
  return domain;
}
