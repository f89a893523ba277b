import { z } from 'zod';
import type { Bytes, DeviceRef } from '../engine/engine.port.ts';

/** The version of the content schema that this code writes; it reads this one and older ones. */
export const CONTENT_VERSION = 1;

/** The most that a text may have, in UTF-8. */
export const TEXT_LIMIT_BYTES = 64 * 1024;
const EMOJI_LIMIT_BYTES = 64;
const TITLE_LIMIT_BYTES = 1024;
const ID_LIMIT_BYTES = 256;

/** Names a message by what its sender gave it, which is the same on every device, in every export and after every restore. */
export interface MessageRef {
  readonly sender: DeviceRef;
  readonly clientId: string;
}

export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reply'; readonly target: MessageRef; readonly text: string }
  /** Replaces the text of a message of the same account. */
  | { readonly kind: 'edit'; readonly target: MessageRef; readonly text: string }
  /** Deletes a message of the same account for all. */
  | { readonly kind: 'delete'; readonly target: MessageRef }
  /** Sets (`on`) or takes back one emoji of this account on any message. */
  | {
      readonly kind: 'reaction';
      readonly target: MessageRef;
      readonly emoji: string;
      readonly on: boolean;
    }
  /** What the members of a conversation call it; empty for no title. */
  | { readonly kind: 'profile'; readonly title: string };

/** Content of a kind or version that this code does not know. `raw` is all of it, for a later version to decode. */
export interface UnsupportedContent {
  readonly kind: 'unsupported';
  /** Null when not even its frame is known. */
  readonly originalKind: string | null;
  readonly version: number | null;
  readonly raw: Bytes;
}

/** What came out of a ciphertext. `malformed`: its sender broke the format of a version that this code knows. */
export type DecodedContent = Content | UnsupportedContent | { readonly kind: 'malformed' };

const utf8 = new TextEncoder();
const text = (limitBytes: number) =>
  z.string().refine((value) => value.isWellFormed() && utf8.encode(value).length <= limitBytes);
const nonEmpty = (limitBytes: number) => text(limitBytes).min(1);

const target = z.object({
  sender: z.object({ account: nonEmpty(ID_LIMIT_BYTES), device: nonEmpty(ID_LIMIT_BYTES) }),
  clientId: nonEmpty(ID_LIMIT_BYTES),
});

/** The fields of each kind. Fields that are not named are left out: a version may grow by fields that old code can do without. */
export const contentSchemas = {
  text: z.object({ kind: z.literal('text'), text: nonEmpty(TEXT_LIMIT_BYTES) }),
  reply: z.object({ kind: z.literal('reply'), target, text: nonEmpty(TEXT_LIMIT_BYTES) }),
  edit: z.object({ kind: z.literal('edit'), target, text: nonEmpty(TEXT_LIMIT_BYTES) }),
  delete: z.object({ kind: z.literal('delete'), target }),
  reaction: z.object({
    kind: z.literal('reaction'),
    target,
    emoji: nonEmpty(EMOJI_LIMIT_BYTES),
    on: z.boolean(),
  }),
  profile: z.object({ kind: z.literal('profile'), title: text(TITLE_LIMIT_BYTES) }),
} satisfies { readonly [K in Content['kind']]: z.ZodType<Extract<Content, { kind: K }>> };
