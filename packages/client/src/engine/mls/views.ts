import type { Bytes } from '../engine.port.ts';

/** A leaf of the ratchet tree: one device in the keys. */
export interface Leaf {
  readonly index: number;
  /** Null when the credential is no basic one. */
  readonly identity: Bytes | null;
  readonly signatureKey: Bytes;
  readonly encryptionKey: Bytes;
  /** Whether the leaf came by an Add and its device has made no commit since. */
  readonly fromKeyPackage: boolean;
}

/** What a GroupInfo says, before anything in it is verified. */
export interface GroupInfoView {
  readonly groupId: Bytes;
  readonly signer: Leaf | null;
  readonly leaves: readonly Leaf[];
  /** What our engine puts beside (`position.ts`); null from another one. */
  readonly position: Bytes | null;
}

/** What an external commit says, before anything in it is verified. */
export interface ExternalCommitView {
  readonly joiner: Leaf;
  /** The leaf that the joiner replaces. */
  readonly replaced: number | null;
}

/** From which leaf a private message says that it is, and which key of that leaf seals it. */
export interface SenderView {
  readonly leaf: number;
  readonly generation: number;
  /** The generation that we await next from that leaf. */
  readonly awaited: number;
}

export type Opened =
  | { readonly kind: 'message'; readonly sender: number; readonly plaintext: Bytes }
  | {
      readonly kind: 'commit';
      /** Null for an external commit. */
      readonly sender: number | null;
      /** Whether RFC 9420 demands an update path of it. */
      readonly needsPath: boolean;
      /** Whether our own leaf is still there. */
      readonly active: boolean;
    }
  /** `authentic`: the signature held, and the commit does not apply to our state. */
  | { readonly kind: 'failed'; readonly authentic: boolean };
