import type { Content, MessageRef } from '@sealpost/client';
import type { Canaries } from '../canaries.ts';
import type { CallName, EventName } from './recording-transport.ts';

/**
 * All that a client can do with a server. What is new does not compile here until it is named, and fails the audit until
 * the tour uses it.
 */
const features: Readonly<Record<CallName | EventName, true>> = {
  serverInformation: true,
  register: true,
  logIn: true,
  refresh: true,
  sessions: true,
  logOut: true,
  deleteAccount: true,
  accountByHandle: true,
  account: true,
  accounts: true,
  ownAccount: true,
  blocks: true,
  block: true,
  unblock: true,
  devices: true,
  revokeDevice: true,
  certifyFirst: true,
  publishLink: true,
  revealLink: true,
  takeLinkPackage: true,
  linkState: true,
  offerLink: true,
  approveDevice: true,
  uploadBundles: true,
  claimBundles: true,
  stock: true,
  checkBundles: true,
  conversations: true,
  conversation: true,
  joinInformation: true,
  entries: true,
  append: true,
  receipts: true,
  presence: true,
  send: true,
  cursors: true,
  typing: true,
  authenticate: true,
};

/** Calls and events that were not used. */
export const unused = (used: ReadonlySet<string>): readonly string[] =>
  Object.keys(features).filter((name) => !used.has(name));

/** One of each kind of content, about one message. */
const contents: {
  readonly [K in Content['kind']]: (
    canaries: Canaries,
    target: MessageRef,
  ) => Extract<Content, { kind: K }>;
} = {
  text: (canaries) => ({ kind: 'text', text: canaries.text('text of a message') }),
  reply: (canaries, target) => ({ kind: 'reply', target, text: canaries.text('text of a reply') }),
  edit: (canaries, target) => ({ kind: 'edit', target, text: canaries.text('text of an edit') }),
  reaction: (canaries, target) => ({
    kind: 'reaction',
    target,
    emoji: canaries.word('reaction'),
    on: true,
  }),
  profile: (canaries) => ({ kind: 'profile', title: canaries.text('title of a conversation') }),
  delete: (_, target) => ({ kind: 'delete', target }),
};

export const everyContent = (canaries: Canaries, target: MessageRef): readonly Content[] =>
  Object.values(contents).map((make) => make(canaries, target));
