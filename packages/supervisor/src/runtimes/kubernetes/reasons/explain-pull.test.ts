import assert from 'node:assert/strict';
import { it } from 'node:test';
import { explainPull } from './explain-pull.ts';

const image = '10.0.0.1:5000/team/denied-401:1';
const of = (reason: string) =>
  `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${reason}`;

/** As containerd 1.6 and 1.7 and the kubelets of 1.20 and 1.36 have said it. */
const sayings: readonly [said: string, text: RegExp, hopeless: boolean][] = [
  [
    of('pulling from host 10.0.0.1:5000 failed with status code [manifests 1]: 401 Unauthorized'),
    /^the registry 10\.0\.0\.1:5000 does not give the image .* to the cluster: pulling from host.*401 Unauthorized \(give the platform credentials/,
    true,
  ],
  [
    of(
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    ),
    /does not give the image/,
    true,
  ],
  [
    `Back-off pulling image "${image}": ErrImagePull: ${of(`${image}: not found`)}`,
    /^the registry 10\.0\.0\.1:5000 does not have the image .*: 10\.0\.0\.1:5000\/team\/denied-401:1: not found \(/,
    true,
  ],
  [
    of(
      'failed to do request: Head "https://10.0.0.1:5000/v2/": dial tcp 10.0.0.1:5000: connect: connection refused',
    ),
    /could not be fetched: the nodes of the cluster do not reach the registry 10\.0\.0\.1:5000: dial tcp/,
    false,
  ],
  [of('failed to do request: Head "https://a/v2/": dial tcp: lookup a: no such host'), /do not reach/, false],
  [of('Head "https://a/": http: server gave HTTP response to HTTPS client'), /has no TLS/, true],
  [
    of('Head "https://a/": x509: certificate signed by unknown authority'),
    /do not trust the certificate/,
    true,
  ],
  [of('unexpected status code https://a/v2/: 429 Too Many Requests'), /no more for a while/, false],
  [
    `failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
    /is not for the machine of its node/,
    true,
  ],
];

it('why an image could not be fetched is told in words of rig, with what to do', () => {
  for (const [said, text, hopeless] of sayings) {
    const found = explainPull(image, said);
    assert.match(found?.text ?? '', text);
    assert.equal(found?.hopeless, hopeless, said);
  }
});

it('words in the name of an image are no reason', () => {
  assert.equal(explainPull(image, `Back-off pulling image "${image}"`), undefined);
  assert.equal(explainPull(image, `pulling ${image} failed`), undefined);
});
