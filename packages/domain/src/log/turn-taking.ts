import type { Clock } from '../shared/clock.port.ts';
import type { ConversationId, DeviceId } from '../shared/ids.ts';
import { Recent } from '../shared/recent.ts';

const lossesForTurn = 3;
/** Long enough for a device to read what it missed, encrypt again and send. */
const turnMs = 3_000;
/** How long a device that had a turn waits for another: nobody can hold up changes for long by losing on purpose. */
const restMs = 30_000;
const remembered = 50_000;

/**
 * Fairness in busy conversations (G7): a device whose message was refused three times in a row, because the keys were
 * changed before it came, gets a short turn in which no commit overtakes it except owed removals. Messages, leaving and
 * what the server owes for endings never wait: no message is in another's way, and the others come once.
 *
 * It is this process's memory only, lost with it and unknown to others: a hint for fairness, never for correctness.
 */
export class TurnTaking {
  readonly #clock: Clock;
  readonly #senders = new Recent<string, { readonly losses: number; readonly restsUntil: number }>(
    remembered,
  );
  readonly #turns = new Recent<ConversationId, { readonly of: DeviceId; readonly until: number }>(
    remembered,
  );

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The device's message was refused for what others had changed. */
  lost(conversation: ConversationId, device: DeviceId): void {
    const now = this.#clock.monotonic();
    const key = JSON.stringify([conversation, device]);
    const before = this.#senders.get(key) ?? { losses: 0, restsUntil: 0 };
    const losses = before.losses + 1;
    const isTaken = (this.#turns.get(conversation)?.until ?? 0) > now;
    const waits = losses < lossesForTurn || before.restsUntil > now || isTaken;
    this.#senders.set(key, waits ? { ...before, losses } : { losses: 0, restsUntil: now + restMs });
    if (!waits) this.#turns.set(conversation, { of: device, until: now + turnMs });
  }

  /** The device's message was accepted. */
  sent(conversation: ConversationId, device: DeviceId): void {
    // Mostly nobody has lost: a key for each message would cost more than all else here.
    if (this.#senders.size > 0) this.#won(conversation, device);
    if (this.#turns.get(conversation)?.of === device) this.#turns.delete(conversation);
  }

  #won(conversation: ConversationId, device: DeviceId): void {
    const key = JSON.stringify([conversation, device]);
    const before = this.#senders.get(key);
    if (before) this.#senders.set(key, { ...before, losses: 0 });
  }

  /** How long a commit by the device still makes way for somebody else's message. */
  heldMs(conversation: ConversationId, device: DeviceId): number {
    const turn = this.#turns.get(conversation);
    if (!turn || turn.of === device) return 0;
    return Math.max(0, Math.ceil(turn.until - this.#clock.monotonic()));
  }
}
