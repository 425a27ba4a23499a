/** Columns of `webhooks`; times are RFC 3339. */
export interface WebhookTable {
  id: string;
  name: string;
  url: string;
  /** JSON of patterns. */
  events: string;
  app: string | null;
  network: string | null;
  /** JSON of their names. */
  header_names: string;
  /** Sealed JSON object. */
  headers: string;
  /** PEM. */
  ca: string | null;
  /** 0 or 1. */
  allow_private: number;
  /** JSON of `StoredSecret[]`. */
  secrets: string;
  state: 'active' | 'paused' | 'disabled';
  reason: string | null;
  position: number;
  missed: number;
  failing_since: string | null;
  failures: number;
  last_error: string | null;
  last_success_at: string | null;
  created_at: string;
  created_by: string;
}

/** Columns of `webhook_deliveries`. */
export interface WebhookDeliveryTable {
  id: string;
  seq: number;
  webhook_id: string;
  event: number | null;
  type: string;
  payload: string;
  state: 'waiting' | 'delivered' | 'failed';
  tries: number;
  due_at: string | null;
  created_at: string;
  ended_at: string | null;
}

/** Columns of `webhook_attempts`. */
export interface WebhookAttemptTable {
  delivery_id: string;
  number: number;
  at: string;
  cause: 'event' | 'retry' | 'redelivery' | 'test';
  duration_ms: number;
  status: number | null;
  error: string | null;
  response: string | null;
}
