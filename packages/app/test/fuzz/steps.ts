import type { CallName } from '@sealpost/protocol';
import type { Twist } from '@sealpost/testing/hostile';
import type { Credential } from './names.ts';

/** How a request of HTTP is put into bytes. */
export interface Dress {
  readonly form: 'msgpack' | 'json';
  readonly accept: string;
  /** So many bytes of the body are left out at its end; negative: so many are added. */
  readonly cut: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Replaces what fills one parameter of the path, as it is. */
  readonly path: string | null;
  /** Follows the query, as it is. */
  readonly query: string;
}

export interface CallStep {
  readonly kind: 'call';
  readonly name: CallName;
  readonly by: Credential;
  /** `{params, query, body}`, or the name of a recipe. */
  readonly input: unknown;
  readonly twists: readonly Twist[];
  readonly dress: Dress;
}

export interface EventStep {
  readonly kind: 'event';
  readonly name: string;
  readonly by: Credential;
  readonly payload: unknown;
  readonly twists: readonly Twist[];
  /** Further arguments after the payload. */
  readonly more: readonly unknown[];
  readonly answered: boolean;
}

/** Something on a connection of its own, from its first frame on. */
export interface FramesStep {
  readonly kind: 'frames';
  readonly by: Credential;
  /** What is sent before and after the handshake; a text is a text frame. */
  readonly before: readonly unknown[];
  readonly handshake: unknown;
  readonly after: readonly unknown[];
}

export interface WireStep {
  readonly kind: 'wire';
  /** The bytes of one TCP connection, each character a byte. */
  readonly bytes: string;
}

/** Sends again what was sent before, byte for byte. */
export interface AgainStep {
  readonly kind: 'again';
  readonly which: number;
  /** Null: as whoever sent it first. */
  readonly by: Credential | null;
}

export type OneStep = CallStep | EventStep | FramesStep | WireStep | AgainStep;

/** Sends several at once. */
export interface TogetherStep {
  readonly kind: 'together';
  readonly steps: readonly (CallStep | EventStep | AgainStep)[];
}

export type Step = OneStep | TogetherStep;
