import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { TicketService } from './ticket-service.ts';

export function routesOfTickets(service: TicketService): Pick<RouteHandlers, 'createTicket'> {
  return { createTicket: ({ body, identity }) => service.give(identity, body) };
}
