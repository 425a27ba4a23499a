import type { Names } from '../access/resolve-target.ts';

/** Parameters of channels that name what they are about. */
const NAMING = ['app', 'network', 'session', 'build', 'deploy'] as const;

/** What a channel is about, by its own parameters. */
export type TicketNames = Readonly<Partial<Record<(typeof NAMING)[number], string>>>;

/** What of parameters names something; the rest may be anything the handler allows. */
export function namingOf(names: Names): TicketNames {
  const named = NAMING.flatMap((name) => {
    const value = names[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(named);
}

/** Whether parameters name this and nothing beside it. */
export function isSameNaming(left: TicketNames, right: TicketNames): boolean {
  return NAMING.every((name) => left[name] === right[name]);
}
