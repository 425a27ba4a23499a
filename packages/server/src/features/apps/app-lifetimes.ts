/** Tells those who hold on to an app, such as followers of its log, that it is being destroyed. */
export class AppLifetimes {
  readonly #apps = new Map<string, AbortController>();

  /** Aborted when the app is being destroyed. */
  signalOf(appId: string): AbortSignal {
    let controller = this.#apps.get(appId);
    if (controller === undefined) {
      controller = new AbortController();
      this.#apps.set(appId, controller);
    }
    return controller.signal;
  }

  end(appId: string): void {
    this.#apps.get(appId)?.abort();
    this.#apps.delete(appId);
  }
}
