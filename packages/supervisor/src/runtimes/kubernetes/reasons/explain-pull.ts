import { registryOf } from '@rig-ops/contract/docker-auths';
import type { WaitExplained } from './explain-wait.ts';

interface Cause {
  says: RegExp;
  text: (image: string, registry: string) => string;
  /** What to do, a sentence for people. */
  hint: string;
  /** Whether trying again is of no use. */
  hopeless: boolean;
}

/** What container runtimes pass on of registries and networks, in words alone; the first that fits counts. */
const causes: readonly Cause[] = [
  {
    says: /toomanyrequests|too many requests|\b429\b/i,
    text: (image, registry) => `the registry ${registry} lets the cluster fetch no more for a while, as ${image}`,
    hint: 'Give the platform credentials for it, which have a limit of their own: `rig platform start --docker-config FILE`',
    hopeless: false,
  },
  {
    says: /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i,
    text: (image, registry) =>
      `the nodes of the cluster do not fetch ${image}: the registry ${registry} has no TLS`,
    hint: 'Give it a certificate, or allow it on the nodes (`hosts.toml` of containerd)',
    hopeless: true,
  },
  {
    says: /x509|certificate/i,
    text: (image, registry) =>
      `the nodes of the cluster do not fetch ${image}: they do not trust the certificate of the registry ${registry}`,
    hint: 'Give it one that they trust, or tell them its authority (`hosts.toml` of containerd)',
    hopeless: true,
  },
  {
    says: /no such host|connection refused|i\/o timeout|timed? ?out|deadline exceeded|unreachable|no route to host|connection reset|server misbehaving|\bEOF\b|temporary failure|proxyconnect|\b50\d\b/i,
    text: (image, registry) =>
      `the image ${image} could not be fetched: the nodes of the cluster do not reach the registry ${registry}`,
    hint: 'Use the name by which they reach it; what this machine reaches, they need not',
    hopeless: false,
  },
  {
    says: /unauthorized|authorization failed|no basic auth credentials|access denied|insufficient_scope|forbidden|\b40[13]\b/i,
    text: (image, registry) => `the registry ${registry} does not give the image ${image} to the cluster`,
    hint: 'Give the platform credentials for it, and deploy again: `rig platform start --docker-config FILE`',
    hopeless: true,
  },
  {
    says: /no match for platform|no matching manifest|unsupported platform/i,
    text: (image) => `the image ${image} is not for the machine of its node`,
    hint: 'Deploy one for it; `docker buildx imagetools inspect` tells what an image is for',
    hopeless: true,
  },
  {
    says: /not ?found|manifest unknown|name unknown|does not exist/i,
    text: (image, registry) => `the registry ${registry} does not have the image ${image}`,
    hint: 'Push it again, or deploy one that is there',
    hopeless: true,
  },
];

const clean = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '');

/** Why an image could not be fetched; undefined where that is not known, or not said. */
export function explainPull(image: string, said: string): WaitExplained | undefined {
  // Names may have any word in them.
  const plain = said.replaceAll(/"[^"]*"/g, '""').replaceAll(image, '');
  const cause = causes.find(({ says }) => says.test(plain));
  if (cause === undefined) return undefined;
  const { hint, hopeless, text } = cause;
  const last = clean(said.split(/failed to (?:resolve reference|do request|copy|authorize)[^:]*: /).at(-1) ?? said);
  return { text: `${text(image, registryOf(image))}: ${last}. ${hint}`, hopeless };
}
