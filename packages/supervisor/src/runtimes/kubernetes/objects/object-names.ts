import { createHash } from 'node:crypto';

/** Of labels, and of what has a DNS name. */
const MOST = 63;
/** A pod has the name of its Deployment with `-<10>-<5>` behind it, and that is its host name. */
const BEFORE_POD = MOST - 17;
const DIGEST = 8;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGEST);

/** A name of the cluster for a text: itself where that is one, and otherwise one that no other text has. */
export function fitName(text: string, most = MOST): string {
  const clean = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  if (clean === text && text !== '' && text.length <= most) return text;
  const head = clean.slice(0, most - DIGEST - 1).replace(/-+$/, '');
  return `${head === '' ? 'x' : head}-${digest(text)}`;
}

/** As `fitName`, for the value of a label, which may have more in it. */
export function fitLabel(text: string): string {
  if (text.length <= MOST && /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/.test(text)) return text;
  return fitName(text);
}

/** Of the Deployment of a process of a release: of its pods, its Secret and its budget too, with an ending. */
export const workloadName = (app: string, process: string, release: number): string =>
  fitName(`${app}-${process}-v${release}`, BEFORE_POD);

/** Of the Job of a program that runs once. */
export const onceName = (app: string, process: string, id: string): string =>
  fitName(`${app}-${process}-${digest(id)}`, BEFORE_POD);

export const secretName = (workload: string): string => `${workload}-env`;

/** A Service has a name of DNS; the apps of rig have one already. */
export const serviceName = (app: string): string => fitName(app);
