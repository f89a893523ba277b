export interface Message {
  readonly conversation: string;
  readonly sender: number;
  readonly body: Buffer;
}

/** Stores messages durably. */
export interface MessageStore {
  /** Calls `stored` with the message's number in its conversation once it is committed. */
  put(message: Message, stored: (seq: number) => void): void;
}
