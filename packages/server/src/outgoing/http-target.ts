/** Where a message goes over HTTP, of a URL that was checked. */
export interface HttpTarget {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** With the query. */
  readonly path: string;
  /** Whether addresses of this machine and of private networks may be reached. */
  readonly allowPrivate: boolean;
  /** Secret values among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates (PEM) to trust instead of those of the system. */
  readonly ca: string | undefined;
}
