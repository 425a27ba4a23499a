import { registryOf } from '@rig-ops/contract/docker-auths';
import type { WaitExplained } from './explain-wait.ts';

interface Cause {
  says: RegExp;
  text: (image: string, registry: string) => string;
  /** What to do, for people. */
  hint: string;
  /** Whether trying again is of no use. */
  hopeless: boolean;
}

/** What container runtimes pass on of registries and networks, in words alone; the first that fits counts. */
const causes: readonly Cause[] = [
  {
    says: /toomanyrequests|too many requests|\b429\b/i,
    text: (image, registry) =>
      `the registry ${registry} lets the cluster fetch no more for a while, as ${image}`,
    hint: 'with credentials for it there is another limit: `rig platform start --docker-config FILE`',
    hopeless: false,
  },
  {
    says: /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i,
    text: (image, registry) =>
      `the nodes of the cluster do not fetch ${image}: the registry ${registry} has no TLS`,
    hint: 'give it a certificate, or allow it in the `hosts.toml` of the nodes',
    hopeless: true,
  },
  {
    says: /x509|certificate/i,
    text: (image, registry) =>
      `the nodes of the cluster do not fetch ${image}: they do not trust the certificate of the registry ${registry}`,
    hint: 'give it one that they trust, or name its authority in the `hosts.toml` of the nodes',
    hopeless: true,
  },
  {
    says: /no such host|connection refused|i\/o timeout|timed? ?out|deadline exceeded|unreachable|no route to host|connection reset|server misbehaving|\bEOF\b|temporary failure|proxyconnect|\b50\d\b/i,
    text: (image, registry) =>
      `the image ${image} could not be fetched: the nodes of the cluster do not reach the registry ${registry}`,
    hint: 'use the name by which they reach it; what the platform reaches, they need not',
    hopeless: false,
  },
  {
    says: /unauthorized|authorization failed|no basic auth credentials|access denied|insufficient_scope|forbidden|\b40[13]\b/i,
    text: (image, registry) => `the registry ${registry} does not give the image ${image} to the cluster`,
    hint: 'give the platform credentials for it, and deploy again: `rig platform start --docker-config FILE`',
    hopeless: true,
  },
  {
    says: /no match for platform|no matching manifest|unsupported platform/i,
    text: (image) => `the image ${image} is not for the machine of its node`,
    hint: 'deploy one for it; `docker buildx imagetools inspect` tells what an image is for',
    hopeless: true,
  },
  {
    says: /not ?found|manifest unknown|name unknown|does not exist/i,
    text: (image, registry) => `the registry ${registry} does not have the image ${image}`,
    hint: 'push it again, or deploy one that is there',
    hopeless: true,
  },
];

/** What was asked for stands before it, several times. */
const lastOf = (said: string): string =>
  (said.split(/"[^"]*": /).at(-1) ?? said).trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '');

/** Why an image could not be fetched; undefined where that is not known, or not said. */
export function explainPull(image: string, said: string): WaitExplained | undefined {
  // Names may have any word in them.
  const plain = said.replaceAll(/"[^"]*"/g, '""').replaceAll(image, '');
  const cause = causes.find(({ says }) => says.test(plain));
  if (cause === undefined) return undefined;
  const { hint, hopeless, text } = cause;
  return { text: `${text(image, registryOf(image))}: ${lastOf(said)} (${hint})`, hopeless };
}
