/** What a device noted when its application sent a message. */
export interface SentLine {
  readonly conversation: string;
  readonly clientId: string;
  readonly mark: string;
}

/** What a device noted when its application read an entry. */
export interface ReceivedLine {
  readonly conversation: string;
  readonly seq: number;
  readonly sender: string;
  readonly clientId: string;
  readonly mark: string | null;
  readonly kind: string;
}
