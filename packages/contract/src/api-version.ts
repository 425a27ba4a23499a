/** Major version of the HTTP API; it is the first segment of every route's path. */
export const API_VERSION = 'v1';

/** WebSocket subprotocol of the multiplexed session protocol (`packages/wire`). */
export const WIRE_SUBPROTOCOL = 'rig.wire.v1';

/** Header that ties a platform audit event to the client's invocation record. */
export const INVOCATION_HEADER = 'x-rig-invocation';

/** Header that carries the id of one API request; the platform answers with it. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Header with the half of a browser's session that only a page of the platform's own origin knows. */
export const PAGE_KEY_HEADER = 'x-rig-page-key';
