import type { Entry, Sealpost } from '@sealpost/client';

const pageEntries = 100;

const isClosed = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'closed';

/** Reads by position what a device's store holds, each position once: an event only says that there is something. */
export class Reader {
  readonly #sealpost: Sealpost;
  /** How far each conversation was read. */
  readonly #positions: Map<string, number>;
  readonly #note: (conversation: string, entry: Entry) => void;
  #reading: Promise<void> = Promise.resolve();

  /** `positions`: where to go on, by the files of an earlier run. */
  constructor(
    sealpost: Sealpost,
    positions: Map<string, number>,
    note: (conversation: string, entry: Entry) => void,
  ) {
    this.#sealpost = sealpost;
    this.#positions = positions;
    this.#note = note;
    sealpost.on('entries', ({ conversation }) => this.readSoon(conversation));
  }

  readSoon(conversation: string): void {
    this.#reading = this.#reading
      .then(() => this.#readOn(conversation))
      .catch((error: unknown) => {
        if (!isClosed(error)) throw error;
      });
  }

  /** Resolves when everything that is stored by now was read. */
  async all(): Promise<void> {
    for (const { id } of await this.#sealpost.conversations()) this.readSoon(id);
    await this.#reading;
  }

  async #readOn(conversation: string): Promise<void> {
    for (;;) {
      const after = this.#positions.get(conversation) ?? 0;
      const entries = await this.#sealpost
        .conversation(conversation)
        .entries({ after, limit: pageEntries });
      for (const entry of entries) {
        this.#positions.set(conversation, entry.seq);
        this.#note(conversation, entry);
      }
      if (entries.length < pageEntries) return;
    }
  }
}
