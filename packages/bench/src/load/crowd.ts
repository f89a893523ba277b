import type { Dialect } from './dialect.ts';
import { messagesIn } from './body.ts';
import type { Seat } from './ledger.ts';
import type { LoadSpec } from './load-spec.ts';
import { SocketClient } from './socket-client.ts';

/** How often a client tells how far it has got, as the SDK does. */
const acknowledgeMs = 1_000;
const connectingAtOnce = 50;
/** One address has ports for 28,000 connections, and binds slowly when many of them were used lately. */
const seatsPerAddress = 2_000;

export interface CrowdEvents {
  delivered(message: number, to: Seat): void;
}

/** The clients of a run, connected. */
export class Crowd {
  readonly #dialect: Dialect;
  readonly #events: CrowdEvents;
  readonly #clients: SocketClient[] = [];
  #leaving = false;

  private constructor(dialect: Dialect, events: CrowdEvents) {
    this.#dialect = dialect;
    this.#events = events;
  }

  static async connect(
    { urls, tokens, rooms }: Pick<LoadSpec, 'urls' | 'tokens' | 'rooms'>,
    dialect: Dialect,
    events: CrowdEvents,
  ): Promise<Crowd> {
    const crowd = new Crowd(dialect, events);
    const waiting = [...tokens.entries()];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [seat, token] = next;
        await crowd.#enter(seat, new URL(urls[seat % urls.length] ?? ''), token);
      }
    };
    await Promise.all(Array.from({ length: connectingAtOnce }, worker));
    for (const { id, members } of rooms)
      await Promise.all(members.map((seat) => dialect.enter(crowd.#client(seat), id)));
    return crowd;
  }

  send(
    seat: Seat,
    message: { readonly room: string; readonly number: number; readonly body: Uint8Array },
    /** Null: it is accepted. */
    answered: (refusal: string | null) => void,
  ): void {
    this.#dialect.send(this.#client(seat), message, answered);
  }

  leave(): void {
    this.#leaving = true;
    for (const client of this.#clients) client.close();
  }

  #client(seat: Seat): SocketClient {
    const client = this.#clients[seat];
    if (!client) throw new Error(`there is no client ${seat}`);
    return client;
  }

  async #enter(seat: Seat, url: URL, token: string): Promise<void> {
    const { readyEvent } = this.#dialect;
    const ready = Promise.withResolvers<void>();
    if (readyEvent === null) ready.resolve();
    // Spread over the span, so that they do not all acknowledge in one instant.
    let acknowledgeAt = performance.now() + Math.random() * acknowledgeMs;
    this.#clients[seat] = await SocketClient.open({
      url,
      from: `127.0.0.${2 + Math.floor(seat / seatsPerAddress)}`,
      parser: this.#dialect.parser,
      auth: this.#dialect.auth(token),
      taken: (frame) => {
        let found = false;
        messagesIn(frame, (message) => {
          found = true;
          this.#events.delivered(message, seat);
        });
        if (!found || performance.now() < acknowledgeAt) return found;
        acknowledgeAt = performance.now() + acknowledgeMs;
        return false;
      },
      event: (client, name, payload) => {
        if (name === readyEvent) ready.resolve();
        else this.#dialect.received(client, name, payload);
      },
      closed: () => {
        if (!this.#leaving) throw new Error(`the server closed the connection of client ${seat}`);
      },
    });
    await ready.promise;
  }
}
