/** What was opened, to be closed in reverse. */
export class Closing {
  readonly #steps: { readonly name: string; readonly close: () => Promise<void> | void }[] = [];
  readonly #failed: (step: string, fault: unknown) => void;

  constructor(failed: (step: string, fault: unknown) => void) {
    this.#failed = failed;
  }

  add(name: string, close: () => Promise<void> | void): void {
    this.#steps.push({ name, close });
  }

  /** Closes everything; a step that fails keeps none of the others from being closed. */
  async close(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step.close();
      } catch (fault) {
        this.#failed(step.name, fault);
      }
    }
  }
}
