/**
 * A value as a daemon takes it in `x-registry-auth` and `x-registry-config`: JSON in base64 for URLs, with the padding that
 * it is read with. What cannot be read a daemon takes for nothing.
 */
export const registryHeader = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
