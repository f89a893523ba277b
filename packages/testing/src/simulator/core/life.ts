/** Whether a process or a device still runs. What it waits for never comes after its end. */
export class Life {
  #alive = true;

  get alive(): boolean {
    return this.#alive;
  }

  end(): void {
    this.#alive = false;
  }

  /** Runs `then` if this still lives. */
  readonly if = (then: () => void): (() => void) => {
    return () => {
      if (this.#alive) then();
    };
  };

  /** Settles as `work` does while this lives, and never afterwards. */
  hold<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(
        (value) => {
          if (this.#alive) resolve(value);
        },
        (fault: unknown) => {
          if (this.#alive) reject(fault as Error);
        },
      );
    });
  }
}
