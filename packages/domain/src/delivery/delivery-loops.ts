import type { Clock } from '../shared/clock.port.ts';
import type { ConversationId, DeviceId, Seq } from '../shared/ids.ts';
import type { Meter } from '../shared/meter.port.ts';
import { Recent } from '../shared/recent.ts';

/** Hears what devices are offered, and what they acknowledge. */
export interface Offers {
  /** A device was handed entries of a conversation, from this one on. */
  offered(device: DeviceId, conversation: ConversationId, first: Seq): void;
  /** The device has stored everything up to this entry. */
  acknowledged(device: DeviceId, conversation: ConversationId, delivered: Seq): void;
}

export const unwatched: Offers = { offered: () => undefined, acknowledged: () => undefined };

export interface DeliveryLoopsPorts {
  readonly clock: Clock;
  readonly meter: Meter;
  /** Is told of each loop; that it happens is all there is to tell. */
  readonly found: (loop: { readonly offers: number }) => void;
}

interface Offer {
  readonly first: Seq;
  readonly since: number;
  times: number;
}

/** So many offers of the same first entry, with no acknowledgement between them … */
const alarming = 5;
/** … within so long. A device that lost an answer asks again, but not so often. */
const spanMs = 60 * 60_000;
/** Devices that stand at an entry in a conversation, those that asked last; others start anew. */
const remembered = 20_000;

/**
 * Finds devices to which the same entry is offered again and again, because something in it stops them: each process
 * counts what it offers itself.
 */
export class DeliveryLoops implements Offers {
  readonly #ports: DeliveryLoopsPorts;
  readonly #offers = new Recent<string, Offer>(remembered);

  constructor(ports: DeliveryLoopsPorts) {
    this.#ports = ports;
  }

  offered(device: DeviceId, conversation: ConversationId, first: Seq): void {
    const { clock, meter, found } = this.#ports;
    const [key, now] = [`${device} ${conversation}`, clock.monotonic()];
    const known = this.#offers.get(key);
    const same = known?.first === first && now - known.since < spanMs;
    const offer = same ? known : { first, since: now, times: 0 };
    offer.times += 1;
    if (!same) this.#offers.set(key, offer);
    if (offer.times < alarming) return;
    // Told once for so many, and again if it goes on.
    this.#offers.delete(key);
    meter.count('delivery_loops');
    found({ offers: alarming });
  }

  acknowledged(device: DeviceId, conversation: ConversationId, delivered: Seq): void {
    const key = `${device} ${conversation}`;
    const known = this.#offers.get(key);
    if (known && delivered >= known.first) this.#offers.delete(key);
  }
}
