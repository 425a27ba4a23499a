const TICKET = /^#\/login\/([\w-]{20,200})$/;

/** The ticket in the address, which is taken out of it and of the history at once. */
export function takeTicket(): string | undefined {
  const [, ticket] = TICKET.exec(location.hash) ?? [];
  if (location.hash.startsWith('#/login/')) history.replaceState(null, '', `${location.pathname}#/`);
  return ticket;
}
