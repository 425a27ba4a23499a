import { quantileOf, type Traffic } from '@rig-ops/contract/edge-metrics';
import type { TrafficLimits } from './rollout-settings.ts';

/** Differences below this are noise of the machine, whatever they are in percent; in milliseconds. */
const LEAST_MS = 10;
/** So many requests must have failed: one alone proves nothing. */
const LEAST_ERRORS = 3;
const SLOW = 0.95;

export interface TrafficVerdict {
  isWorse: boolean;
  /** Whether there were enough requests to tell. */
  isJudged: boolean;
  /** What was counted, for people. */
  text: string;
}

const rateOf = ({ requests, errors }: Traffic): number => (requests === 0 ? 0 : (errors / requests) * 100);
const percent = (value: number): string => `${value.toFixed(1)} %`;
const milliseconds = (value: number): string =>
  value >= 10 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;

/** Whether more requests fail than with the release before, by more points than allowed. */
export function judgeErrors(fresh: Traffic, oldRate: number, limits: TrafficLimits): TrafficVerdict {
  const rate = rateOf(fresh);
  const isJudged = fresh.requests >= limits.requests;
  const text = `${fresh.errors} of ${fresh.requests} requests failed (${percent(rate)})`;
  const isWorse = isJudged && fresh.errors >= LEAST_ERRORS && rate - oldRate > limits.errorPoints;
  return { isWorse, isJudged, text };
}

/** Compares what two releases did with the requests of the same time: how many failed, and how slow the slow ones were. */
export function judgeTraffic(fresh: Traffic, old: Traffic, limits: TrafficLimits): TrafficVerdict {
  const oldRate = rateOf(old);
  const errors = judgeErrors(fresh, oldRate, limits);
  const against = old.requests === 0 ? '' : `, ${percent(oldRate)} with the release before`;
  if (errors.isWorse) return { ...errors, text: `${errors.text}${against}` };
  const [slow, slowBefore] = [quantileOf(fresh.latency, SLOW), quantileOf(old.latency, SLOW)];
  if (slow === null || slowBefore === null) return { ...errors, text: `${errors.text}${against}` };
  const times = `95 % were answered within ${milliseconds(slow)}, ${milliseconds(slowBefore)} with the release before`;
  // Requests given up for want of an answer tell as much as those answered late.
  const isJudged = fresh.requests + fresh.abandoned >= limits.requests && old.requests >= limits.requests;
  const most = Math.max(slowBefore * (1 + limits.latencyPercent / 100), slowBefore + LEAST_MS);
  const isWorse = isJudged && slow > most;
  return isWorse
    ? { isWorse, isJudged, text: times }
    : { isWorse, isJudged: errors.isJudged, text: `${errors.text}${against}; ${times}` };
}
