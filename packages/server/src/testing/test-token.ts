/** Admin token of every platform that tests start. */
export const TEST_TOKEN = 'a-token-of-tests-and-nothing-else';
