export { buildQuery, type QueryFlags } from './log-filters/build-query.ts';
export { type RequestFlags, requestCondition } from './log-filters/request-condition.ts';
