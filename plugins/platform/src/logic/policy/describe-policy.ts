import type { AccessPolicy } from '@rig-ops/contract/resources';
import { formatDuration } from '@rig-ops/kit/text';
import { formatHours } from './parse-hours.ts';

const formatCommand = (patterns: readonly string[]): string =>
  patterns.some((each) => /[\s"]/.test(each) || each === '') ? JSON.stringify(patterns) : patterns.join(' ');

const list = (values: readonly string[] | undefined): string[] | undefined =>
  values === undefined || values.length > 0 ? values?.slice() : ['nobody'];

const one = (value: string | undefined): string[] | undefined => (value === undefined ? undefined : [value]);

const duration = (seconds: number | undefined) =>
  one(seconds === undefined ? undefined : formatDuration(seconds * 1_000));

/** The rules of a policy by name, each with what it says; those it does not have are left out. */
export function rulesOf(policy: AccessPolicy): Map<string, string[]> {
  const said: [string, string[] | undefined][] = [
    ['users', list(policy.users)],
    ['roles', list(policy.roles)],
    ['kinds', policy.kinds?.length === 0 ? ['none'] : policy.kinds?.slice()],
    ['allow', policy.allow?.length === 0 ? ['nothing'] : policy.allow?.map(formatCommand)],
    ['deny', policy.deny?.map(formatCommand)],
    ['reason', one(policy.reason)],
    ['recording', one(policy.recording)],
    ['maximum', duration(policy.maximumSeconds)],
    ['idle', duration(policy.idleSeconds)],
    ['hours', policy.hours?.length === 0 ? ['never'] : policy.hours?.map(formatHours)],
    ['approval', one(policy.approval)],
  ];
  return new Map(said.filter((rule): rule is [string, string[]] => rule[1] !== undefined));
}

/** What has to be said beside a policy, so that nobody takes it for more than it is. */
export function caveatsOf({ allow, deny, kinds }: AccessPolicy): string[] {
  const shells = kinds === undefined || kinds.includes('shell');
  const caveats: string[] = [];
  if (allow !== undefined) {
    caveats.push(
      'An allowed shell, interpreter or program that runs others (sh, env, python, psql, vim) undoes the list.',
    );
  }
  if (deny !== undefined && deny.length > 0) {
    caveats.push(
      shells && allow === undefined
        ? 'What is denied can be typed in a shell, or run by another program: it is a guard rail, not a wall. --kinds without shell, and --allow, keep more out.'
        : 'What is denied can be run by another program that is not: it is a guard rail, not a wall.',
    );
  }
  if (allow !== undefined && (kinds === undefined || kinds.includes('copy'))) {
    caveats.push('Files can be copied in, also over an allowed program: --kinds command keeps that out.');
  }
  return caveats;
}
