import Type from 'typebox';
import { TicketSchema } from '../resources.ts';
import { type Route } from './route.ts';

const named = (what: string) => Type.Optional(Type.String({ maxLength: 100, description: what }));

export const ticketsRoutes = {
  createTicket: {
    method: 'POST',
    path: '/v1/tickets',
    summary:
      'Gives a ticket that opens one channel, once, within 10 seconds: for pages, and programs that are to hold no token.',
    access: 'signed-in',
    audit: 'ticket.issue',
    body: Type.Object(
      {
        channel: Type.String({ maxLength: 40, description: 'The kind of channel, as `shell`.' }),
        app: named('The app it is about.'),
        network: named('The network it is about.'),
        session: named('The session it is about.'),
        build: named('The build it is about.'),
        deploy: named('The deploy it is about.'),
      },
      { additionalProperties: false },
    ),
    response: TicketSchema,
    status: 201,
  },
} as const satisfies Record<string, Route>;
