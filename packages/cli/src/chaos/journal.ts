/** What a device of the chaos run wrote down, as it happened. Times are Unix milliseconds of this machine. */
export type JournalLine =
  | { readonly is: 'me'; readonly account: string; readonly device: string }
  /** The application is about to send; a crash may come before or after the device has taken it. */
  | { readonly is: 'saying'; readonly conversation: string; readonly mark: string }
  /** The device has taken it: from here on it must not be lost. */
  | {
      readonly is: 'said';
      readonly conversation: string;
      readonly mark: string;
      readonly clientId: string;
      readonly at: number;
    }
  | {
      readonly is: 'accepted';
      readonly conversation: string;
      readonly clientId: string;
      readonly at: number;
    }
  /** The device told the application that it cannot be sent. */
  | {
      readonly is: 'failed';
      readonly conversation: string;
      readonly clientId: string;
      readonly error: string | null;
    }
  | ReadLine
  | {
      readonly is: 'connection';
      readonly state: 'connecting' | 'online' | 'offline';
      readonly reason: string | null;
      readonly at: number;
    }
  | {
      readonly is: 'gap';
      readonly conversation: string;
      readonly seq: number;
      readonly to: number;
      readonly reason: string;
    }
  /** What the server handed out for adding devices. */
  | { readonly is: 'claimed'; readonly bundles: readonly ClaimedRef[] }
  /** The server confirmed that a device of this account is revoked. */
  | { readonly is: 'revoked'; readonly device: string; readonly at: number };

export interface ReadLine {
  readonly is: 'read';
  readonly conversation: string;
  readonly seq: number;
  readonly sender: string;
  readonly clientId: string;
  /** Hex SHA-256 over the entry's parts. */
  readonly digest: string;
  readonly kind: 'message' | 'change' | 'undecryptable';
  /** The mark that the text carries; null: none, or nothing could be read. */
  readonly mark: string | null;
  readonly at: number;
}

export interface ClaimedRef {
  readonly device: string;
  readonly ref: string;
  readonly lastResort: boolean;
}
