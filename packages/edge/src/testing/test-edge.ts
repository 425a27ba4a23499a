import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import type { AccessRecord } from '@rig-ops/contract/access-record';
import type { EdgeApp, EdgeUpstream } from '@rig-ops/contract/edge';
import type { AccessSource } from '../access-log/exchange.ts';
import { Edge } from '../edge.ts';

/** Listens on a free port of 127.0.0.1. */
export async function listenAnywhere(server: NetServer, port = 0): Promise<number> {
  server.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listened on a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createNetServer();
  const port = await listenAnywhere(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** An edge in this process, with what a test started around it. */
export class TestEdge {
  readonly errors: unknown[] = [];
  /** Access records, as they were written. */
  readonly records: (AccessSource & { record: AccessRecord })[] = [];
  readonly edge = new Edge({
    keptHostPort: 0,
    accessLog: { write: (source, record) => void this.records.push({ ...source, record }) },
    onHostPort: () => undefined,
    onError: (error) => this.errors.push(error),
  });
  readonly #closers: (() => void)[] = [];
  #generation = 0;

  /** Serves by this listener; returns the upstream for routes. */
  async upstream(listener: RequestListener, prepare?: (server: Server) => void): Promise<EdgeUpstream> {
    const server = createServer(listener);
    prepare?.(server);
    return this.own(server, () => server.closeAllConnections());
  }

  /** The same for a server of another kind. */
  async own(server: NetServer, closeConnections: () => void): Promise<EdgeUpstream> {
    const port = await listenAnywhere(server);
    this.#closers.push(() => {
      server.close();
      closeConnections();
    });
    return { instance: `instance-${port}`, host: '127.0.0.1', port };
  }

  /** Routes one app to the upstreams; returns its address. */
  async route(upstreams: EdgeUpstream[], app: Partial<EdgeApp> = {}): Promise<{ port: number; url: string }> {
    const port = app.port ?? (await findFreePort());
    const routed = {
      id: 'app-1',
      name: 'shop',
      port,
      hosts: ['shop.localhost'],
      release: 1,
      upstreams,
      ...app,
    };
    this.#generation += 1;
    await this.edge.apply({ generation: this.#generation, hostPort: 0, apps: [routed] });
    return { port, url: `http://127.0.0.1:${port}` };
  }

  async close(): Promise<void> {
    await this.edge.close(0);
    for (const close of this.#closers) close();
  }
}
