import type { Clock } from '../../clock.ts';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import { newId } from '../../ids.ts';
import type { Logger } from '../../logger.ts';
import type { Authorizer } from '../access/authorizer.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { routesOfTickets } from './routes-of-tickets.ts';
import { TicketBook } from './ticket-book.ts';
import { TicketService } from './ticket-service.ts';

export interface TicketsDeps {
  readonly authorizer: Authorizer;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts tickets together. */
export function createTickets({ authorizer, audit, clock, log }: TicketsDeps): {
  book: TicketBook;
  routes: Pick<RouteHandlers, 'createTicket'>;
} {
  const book = new TicketBook({
    clock,
    onLockedOut({ user, client, seconds }) {
      audit
        .append({
          user: user ?? 'unknown',
          action: 'ticket.lockout',
          target: 'platform',
          result: 'refused',
          errorCode: 'too_many_tickets',
          client,
          invocationId: null,
          requestId: newId('req'),
          details: { of: user === null ? 'address' : 'user', seconds },
        })
        .catch((error: unknown) => log.error('An audit event could not be written', { error }));
    },
  });
  return { book, routes: routesOfTickets(new TicketService({ book, authorizer })) };
}
