import type { RunHook } from '../run.ts';
import { auditHook } from './audit.ts';
import { authHook } from './auth.ts';
import { outputHook } from './output.ts';

/** The hook layer of rig, in the order its steps apply. */
export const rigHooks: readonly RunHook[] = [outputHook, authHook, auditHook];
