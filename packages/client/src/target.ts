/** A platform and the credentials for it. */
export type Target = {
  /** Name of the context, for messages. */
  name: string;
  token: string;
  /** Joins the platform's audit events with the client's record of the command. */
  invocationId?: string;
} & ({ url: string } | { socketPath: string });

/** Where a target is, for messages. */
export function placeOf(target: Target): string {
  return 'url' in target ? target.url : target.socketPath;
}
