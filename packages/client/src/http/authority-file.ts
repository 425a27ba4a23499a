import { readFile } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM file, each one checked. Whatever else stands in the file, a private key above
 * all, is left out. Throws `config_unreadable`.
 */
export async function readAuthorityFile(path: string, source: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw unreadable(source, `${path} cannot be read (${code}).`, error);
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw unreadable(source, `${path} holds no certificate in PEM format.`);
  const { createPublicKey } = process.getBuiltinModule('node:crypto');
  for (const [index, certificate] of certificates.entries()) {
    try {
      createPublicKey(certificate);
    } catch (error) {
      throw unreadable(source, `Certificate ${index + 1} of ${path} is damaged.`, error);
    }
  }
  return `${certificates.join('\n')}\n`;
}

function unreadable(source: string, message: string, cause?: unknown): RigError {
  return new RigError('config_unreadable', message, {
    hint: `Give ${source} the file of the authority that signed the platform's certificate.`,
    cause,
  });
}
