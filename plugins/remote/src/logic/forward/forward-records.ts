/** What `rig forward` tells, one record at a time. */
export type ForwardRecord =
  | {
      type: 'listening';
      /** As `127.0.0.1:5432`. */
      local: string;
      port: number;
      /** The port or process, as it was asked for. */
      remote: string;
      /** Where connections go now; null when nothing listens there yet. */
      instance: string | null;
      remotePort: number | null;
    }
  | {
      type: 'connection';
      connection: number;
      local: string;
      remote: string;
      /** Who connected, as `127.0.0.1:40312`. */
      from: string;
      instance: string;
      remotePort: number;
    }
  | {
      type: 'closed';
      connection: number;
      /** Bytes to the app, and from it. */
      sent: number;
      received: number;
      /** Why it broke; null for an end in order. */
      code: string | null;
      message: string | null;
    }
  | {
      type: 'failed';
      /** Null for what was found before there was one. */
      connection: number | null;
      local: string;
      remote: string;
      code: string;
      message: string;
      hint: string;
    }
  | { type: 'lost'; message: string }
  | { type: 'back'; message: string };
