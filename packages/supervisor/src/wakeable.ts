/** Waits for a wake-up or for time to pass, whichever is first. A wake-up while nobody waits is not lost. */
export class Wakeable {
  #pending = false;
  #wake: (() => void) | null = null;

  wake(): void {
    if (this.#wake === null) this.#pending = true;
    else this.#wake();
  }

  async wait(milliseconds: number): Promise<void> {
    if (this.#pending) {
      this.#pending = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
    });
  }
}
