import type { PodSpec } from '@rig-ops/contract/supervisor-clusters';
import type { PodContainer } from '@rig-ops/kubernetes';

/** How often it may fail in a row. */
const FAILURES = 3;

/**
 * What the kubelet asks: whether the Service may send requests to it. It does not end what answers badly: rig tells
 * of it and leaves it alone here as elsewhere, since a program under load would be ended when it is needed most.
 */
export function probesOf({ health, port }: PodSpec): Pick<PodContainer, 'readinessProbe'> {
  if (health === null || port === null) return {};
  const { path, intervalSeconds, timeoutSeconds } = health;
  return {
    readinessProbe: {
      ...(path === null
        ? { tcpSocket: { port: port.inside } }
        : { httpGet: { path, port: port.inside, scheme: 'HTTP' } }),
      periodSeconds: Math.max(1, Math.round(intervalSeconds)),
      timeoutSeconds: Math.max(1, Math.round(timeoutSeconds)),
      successThreshold: 1,
      failureThreshold: FAILURES,
    },
  };
}
