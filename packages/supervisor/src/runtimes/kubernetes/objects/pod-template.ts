import type { PodSpec } from '@rig-ops/contract/supervisor-clusters';
import type { PodContainer, PodTemplate } from '@rig-ops/kubernetes';
import { commandInPod } from '../../tools/pod-tools.ts';
import type { Labels } from './object-labels.ts';
import { probesOf } from './pod-probes.ts';
import { containerSecurity, type PodPreparation } from './pod-preparation.ts';
import { securityOf, usersOf } from './pod-user.ts';

/** The container of every pod that the program of the app runs in. */
export const APP_CONTAINER = 'app';
/** Of the port that the program of the app listens on. */
export const PORT_NAME = 'http';
const TMP = 'tmp';

export interface TemplateInput {
  spec: PodSpec;
  /** Empty for what the image itself starts. */
  argv: readonly string[];
  /** Empty for that of the image. */
  cwd: string;
  labels: Labels;
  /** By which pods of its kind are found, to be spread over nodes; null where there is one alone. */
  spreadBy: Labels | null;
  /** Name of the Secret that has its environment; empty where it has none. */
  secret: string;
  /** Name of the Secret that its images are fetched with; null for none. */
  pullSecret: string | null;
  restartPolicy: 'Always' | 'Never';
  /** What has to be in it before its program starts. */
  preparation: PodPreparation;
}

/** `$(NAME)` would be replaced by the kubelet; `$$` is a `$` to it. */
const literal = (argument: string): string => argument.replaceAll('$', () => '$$');

const byte = (count: number): string => String(Math.ceil(count));
const milli = (cpus: number): string => `${Math.max(1, Math.round(cpus * 1000))}m`;

function resourcesOf({ limits }: PodSpec): NonNullable<PodContainer['resources']> {
  const all = {
    ...(limits.memoryBytes === null ? {} : { memory: byte(limits.memoryBytes) }),
    ...(limits.cpus === null ? {} : { cpu: milli(limits.cpus) }),
  };
  // Asked for as much as allowed: what was promised is there, and a node is not filled beyond what it has.
  return Object.keys(all).length === 0 ? {} : { limits: all, requests: all };
}

/** A pod with as few rights as will do: what the pod security standard `restricted` asks for, and no token of the cluster. */
export function podTemplate(input: TemplateInput): PodTemplate {
  const { spec, argv, cwd, labels, spreadBy, secret, pullSecret, restartPolicy, preparation } = input;
  const { app, pod, prepare } = usersOf(spec);
  return {
    metadata: { labels: { ...labels } },
    spec: {
      restartPolicy,
      automountServiceAccountToken: false,
      // Variables of every Service of the namespace, which nobody has asked for.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: Math.max(1, Math.ceil(spec.graceSeconds)),
      // A reaper as the first process: signals end the program as elsewhere, and what it leaves behind is reaped.
      shareProcessNamespace: true,
      securityContext: securityOf(pod),
      ...(pullSecret === null ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
      ...(spreadBy === null
        ? {}
        : {
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: 'kubernetes.io/hostname',
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels: { ...spreadBy } },
              },
            ],
          }),
      ...(preparation.initContainers.length === 0
        ? {}
        : {
            initContainers: preparation.initContainers.map((each) => ({
              ...structuredClone(each),
              securityContext: { ...containerSecurity, ...prepare },
            })),
          }),
      containers: [
        {
          name: APP_CONTAINER,
          image: spec.image,
          // The entry point and the command of the image are another program's, unless that one is wanted.
          ...(argv.length === 0 ? {} : { command: commandInPod(argv).map(literal) }),
          ...(cwd === '' ? {} : { workingDir: cwd }),
          ...(secret === '' ? {} : { envFrom: [{ secretRef: { name: secret } }] }),
          // One for all copies, so that each has the name by which the cluster knows it.
          env: [{ name: 'RIG_INSTANCE', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          ...(spec.port === null
            ? {}
            : { ports: [{ name: PORT_NAME, containerPort: spec.port.inside, protocol: 'TCP' }] }),
          resources: resourcesOf(spec),
          ...probesOf(spec),
          securityContext: { ...containerSecurity, ...app },
          volumeMounts: [{ name: TMP, mountPath: '/tmp' }, ...preparation.mounts],
          // The last that it has said, where it has not written down why it ends.
          terminationMessagePolicy: 'FallbackToLogsOnError',
        },
      ],
      volumes: [{ name: TMP, emptyDir: {} }, ...preparation.volumes],
    },
  };
}
