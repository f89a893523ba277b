/** A client of the run, by its place among them. */
export type Seat = number;

interface Flight {
  readonly sender: Seat;
  /** When it was due, in milliseconds of the monotonic clock. */
  readonly at: number;
  readonly awaited: Set<Seat>;
  accepted: boolean;
}

export interface Finished {
  readonly message: number;
  readonly sender: Seat;
  readonly at: number;
}

/** Whom a message has reached, and whether it was acknowledged: every message, exactly once, or it is counted as wrong. */
export class Ledger {
  readonly #flights = new Map<number, Flight>();
  /** By message: some servers give the sender its own again, which is no delivery. */
  readonly #senders: Seat[] = [];
  readonly #finished: (message: Finished) => void;
  #duplicated = 0;

  constructor(finished: (message: Finished) => void) {
    this.#finished = finished;
  }

  get sent(): number {
    return this.#senders.length;
  }

  /** Messages that are not finished, and may be lost. */
  get open(): number {
    return this.#flights.size;
  }

  get duplicated(): number {
    return this.#duplicated;
  }

  /** The number of a message that is due at `at` and on its way to these. */
  send(sender: Seat, recipients: Iterable<Seat>, at: number): number {
    const message = this.#senders.push(sender) - 1;
    const awaited = new Set(recipients);
    awaited.delete(sender);
    this.#flights.set(message, { sender, at, awaited, accepted: false });
    return message;
  }

  accepted(message: number): void {
    const flight = this.#flights.get(message);
    if (!flight || flight.accepted) {
      this.#duplicated += 1;
      return;
    }
    flight.accepted = true;
    this.#look(message, flight);
  }

  /** Nobody is to get it any more. */
  refused(message: number): void {
    this.#flights.delete(message);
  }

  /** Whether it is a delivery to somebody who awaited it. */
  delivered(message: number, to: Seat): boolean {
    const flight = this.#flights.get(message);
    if (this.#senders[message] === to) return false;
    if (!flight?.awaited.delete(to)) {
      this.#duplicated += 1;
      return false;
    }
    this.#look(message, flight);
    return true;
  }

  #look(message: number, flight: Flight): void {
    if (!flight.accepted || flight.awaited.size > 0) return;
    this.#flights.delete(message);
    this.#finished({ message, sender: flight.sender, at: flight.at });
  }
}
