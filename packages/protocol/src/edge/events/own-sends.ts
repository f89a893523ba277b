import type { ClientId, ConversationId, DeviceRef, Entry } from '@sealpost/domain';

/** More are forgotten, the oldest first: a sender that is given its own again has it twice, which it sees. */
const limit = 256;

/**
 * What a connection has sent, or is just sending, and takes from the answers: its own echo is left out of what it is
 * pushed. It is this connection's alone: another one of the device, here or at another process, is given everything.
 *
 * Nothing rests on it: the sender reads the log unless the answer gives it the entry's place.
 */
export class OwnSends {
  /** Of a client id that is used in two conversations at once, the later. */
  readonly #sent = new Map<ClientId, ConversationId>();

  /** Before it is appended: it may be pushed before it is answered. */
  add(conversation: ConversationId, clientId: ClientId): void {
    this.#sent.set(clientId, conversation);
    if (this.#sent.size <= limit) return;
    for (const oldest of this.#sent.keys()) {
      this.#sent.delete(oldest);
      return;
    }
  }

  /** False: it is not among them. */
  delete(conversation: ConversationId, clientId: ClientId): boolean {
    return this.#sent.get(clientId) === conversation && this.#sent.delete(clientId);
  }

  /**
   * Whether all of these, which are about to be pushed to `device`'s connection, are its own sends. A range in which
   * somebody else's entry stands is given to it as to all others: a frame is made once for everybody.
   */
  cover(entries: readonly Entry[], device: DeviceRef): boolean {
    if (this.#sent.size === 0) return false;
    let all = true;
    for (const { conversation, clientId, sender } of entries)
      if (sender.device !== device.device || !this.delete(conversation, clientId)) all = false;
    return all;
  }
}
