import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { WebhookPayload } from '@rig-ops/contract/resources';

/** A message as it came. */
export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly payload: WebhookPayload;
}

/** How a message is answered; the first is number 0. */
export type Answering = (response: ServerResponse, message: Received, number: number) => void;

const take: Answering = (response) => response.end('taken');

/** A receiver of webhooks that listens on loopback, and keeps what it got. */
export class Receiver {
  readonly got: Received[] = [];
  answer: Answering = take;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const message = {
        id: String(request.headers['webhook-id']),
        headers: request.headers,
        body,
        payload: JSON.parse(body) as WebhookPayload,
      };
      this.got.push(message);
      this.answer(response, message, this.got.length - 1);
    });
  });

  static async start(t: TestContext): Promise<Receiver> {
    const receiver = new Receiver();
    await receiver.listen(0);
    t.after(() => receiver.close());
    return receiver;
  }

  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server.close(), 'close');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook?from=rig`;
  }

  get messages(): string[] {
    return this.got.map(({ payload }) => payload.data.message);
  }
}

/** Throws unless the message was signed with this secret, as the reference library sees it. */
export function verify(secret: string, { body, headers }: Pick<Received, 'body' | 'headers'>): void {
  new Webhook(secret).verify(body, headers as Record<string, string>);
}
