/** A platform and the credentials for it. */
export type Target = {
  /** Name of the context, for messages. */
  name: string;
  token: string;
  /** Joins the platform's audit events with the client's record of the command. */
  invocationId?: string;
  /** Where the token comes from; `platform` is the folder of the embedded one. */
  credentials?: 'environment' | 'keyring' | 'file' | 'platform';
} & (RemotePlace | { socketPath: string });

/** Where a platform beyond this machine's socket is, and what the way to it needs. */
export interface RemotePlace {
  url: string;
  /** The authorities that may vouch for it, in PEM; those that Node trusts when absent. */
  ca?: string;
  /** The proxy every connection goes through, as `proxyFor` chose it. */
  proxy?: string;
}

/** Where a target is, for messages. */
export function placeOf(target: Target): string {
  return 'url' in target ? target.url : target.socketPath;
}
