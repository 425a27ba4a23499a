import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const TICKET = /^[A-Za-z0-9_-]{54}$/;

/** What begins the name of the subprotocol that carries a ticket. */
export const TICKET_SUBPROTOCOL = 'rig.ticket.';

const digestOf = (secret: Buffer): Buffer => createHash('sha256').update(secret).digest();

export interface TicketSecret {
  /** 64 random bits that a ticket is found by; no secret. */
  readonly id: string;
  /** SHA-256 of the 256 random bits that make it good. */
  readonly digest: Buffer;
}

/** A new ticket: base64url of an id and a secret. Only what {@link TicketSecret} has is to be kept. */
export function makeTicket(): TicketSecret & { ticket: string } {
  const bytes = randomBytes(ID_BYTES + SECRET_BYTES);
  return {
    ticket: bytes.toString('base64url'),
    id: bytes.toString('hex', 0, ID_BYTES),
    digest: digestOf(bytes.subarray(ID_BYTES)),
  };
}

/** Undefined for what cannot be a ticket. */
export function readTicket(text: string): TicketSecret | undefined {
  if (!TICKET.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return { id: bytes.toString('hex', 0, ID_BYTES), digest: digestOf(bytes.subarray(ID_BYTES)) };
}

/** Takes as long whether they differ at the first byte or at the last. */
export const isSameDigest = (left: Buffer, right: Buffer): boolean => timingSafeEqual(left, right);
