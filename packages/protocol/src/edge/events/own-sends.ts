import type { ClientId, ConversationId, DeviceRef, Entry } from '@sealpost/domain';

/** More are forgotten, the oldest first: a sender that is given its own again has it twice, which it sees. */
const limit = 256;

const nameOf = (conversation: ConversationId, clientId: ClientId): string =>
  `${conversation} ${clientId}`;

/**
 * What a connection has sent, or is just sending, and takes from the answers: its own echo is left out of what it is
 * pushed. It is this connection's alone: another one of the device, here or at another process, is given everything.
 *
 * Nothing rests on it: the sender reads the log unless the answer gives it the entry's place.
 */
export class OwnSends {
  readonly #names = new Set<string>();

  /** Before it is appended: it may be pushed before it is answered. */
  add(conversation: ConversationId, clientId: ClientId): void {
    this.#names.add(nameOf(conversation, clientId));
    if (this.#names.size <= limit) return;
    for (const oldest of this.#names) {
      this.#names.delete(oldest);
      return;
    }
  }

  delete(conversation: ConversationId, clientId: ClientId): void {
    this.#names.delete(nameOf(conversation, clientId));
  }

  /**
   * Whether all of these, which are about to be pushed to `device`'s connection, are its own sends. A range in which
   * somebody else's entry stands is given to it as to all others: a frame is made once for everybody.
   */
  cover(entries: readonly Entry[], device: DeviceRef): boolean {
    if (this.#names.size === 0) return false;
    let all = true;
    for (const { conversation, clientId, sender } of entries)
      if (sender.device !== device.device || !this.#names.delete(nameOf(conversation, clientId)))
        all = false;
    return all;
  }
}
