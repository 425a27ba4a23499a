/** As the platform has it (`MAX_INSTANCES` of contract, whose module loads a schema library). */
const MOST = 100;

/** A number of instances as it was typed, or what is wrong with it. */
export function readInstanceCount(
  typed: string,
): { count: number; wrong: null } | { count: null; wrong: string } {
  const text = typed.trim();
  const count = Number(text);
  return /^\d+$/.test(text) && count <= MOST
    ? { count, wrong: null }
    : { count: null, wrong: `A whole number from 0 to ${MOST}.` };
}
