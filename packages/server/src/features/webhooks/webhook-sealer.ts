import type { ConfigKeys } from '../config/config-keys.ts';
import { ConfigSealer } from '../config/config-sealer.ts';

/** Encrypts the secrets and headers of webhooks, with the keys that variables of apps are encrypted with. */
export class WebhookSealer {
  readonly #sealer: ConfigSealer;

  constructor(keys: ConfigKeys) {
    this.#sealer = new ConfigSealer(keys);
  }

  /** @param part which of its secrets: sealed as one it does not open as another, nor of another webhook */
  seal(value: string, webhook: string, part: string): string {
    return this.#sealer.seal(value, { appId: `webhook/${webhook}`, configId: part, key: 'a webhook' });
  }

  /** @throws RigError `config_sealed` */
  open(sealed: string, webhook: string, part: string): string {
    return this.#sealer.open(sealed, { appId: `webhook/${webhook}`, configId: part, key: 'a webhook' });
  }
}
