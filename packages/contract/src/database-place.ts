/** Which store a platform has, as it may be told to anybody: without user and password. */
export interface DatabasePlace {
  kind: 'sqlite' | 'postgres';
  /** Name or address of the server, or the folder of its socket; null for SQLite. */
  host: string | null;
  port: number | null;
  /** Name of the database; for SQLite the path of its file. */
  name: string;
}

const DEFAULT_PORT = 5432;

/** Whether a text is the URL of a database that a PostgreSQL server keeps. */
export const isDatabaseUrl = (text: string): boolean =>
  /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text);

export function placeOfUrl(url: string): DatabasePlace {
  const { hostname, port, pathname, searchParams, username } = new URL(url);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  const given = searchParams.get('port') ?? port;
  return {
    kind: 'postgres',
    host: host === '' ? 'localhost' : host,
    port: given === '' ? DEFAULT_PORT : Number(given),
    name: decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username),
  };
}

export function describePlace({ kind, host, port, name }: DatabasePlace): string {
  if (kind === 'sqlite' || host === null) return name;
  return `${name} on ${host.startsWith('/') ? host : `${host}:${port}`}`;
}
