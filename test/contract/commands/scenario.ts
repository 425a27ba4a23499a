import type { Outcome, User } from '../../support/rig.ts';

/**
 * How a command is run to see what it prints: command lines without `-o json`, each of which succeeds, or
 * a function for what needs more. The user has a platform that runs and an app `shop` with two releases,
 * deployed from the folder `shop`. What a scenario changes it may leave behind, `shop` and `embedded` aside.
 */
type Scenario = string[][] | ((user: User) => Promise<Outcome[]>);

/** By command as typed, in the order they are run. */
export type Scenarios = Record<string, Scenario>;
