import { z } from 'zod';
import * as account from '../schema/account.ts';
import * as conversation from '../schema/conversation.ts';
import { accepted, entryCommand, entryPage } from '../schema/entry.ts';
import { id, positive, seq, suite } from '../schema/primitives.ts';
import type { RefusalCode } from '../schema/refusal.ts';
import type { Access, Call, Method } from './call.ts';

const none = z.strictObject({});
const nothing = z.undefined();
const done = z
  .object({})
  .meta({ id: 'Done', description: 'It is done; there is nothing to tell.' });
const KiB = 1024;

interface Definition<P, Q, B, A> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer?: A;
  readonly refusals?: readonly RefusalCode[];
  readonly bodyLimit?: number;
  /** Of a call that is no GET, since what it asks for is too long for a URL. */
  readonly onlyReads?: true;
}

function call<
  P extends z.ZodObject = typeof none,
  Q extends z.ZodObject = typeof none,
  B extends z.ZodType = typeof nothing,
  A extends z.ZodType = typeof done,
>(
  access: Access,
  method: Method,
  path: string,
  summary: string,
  definition: Definition<P, Q, B, A>,
) {
  return {
    method,
    path,
    access,
    onlyReads: method === 'GET' || definition.onlyReads === true,
    summary,
    params: (definition.params ?? none) as P,
    query: (definition.query ?? none) as Q,
    body: (definition.body ?? nothing) as B,
    answer: (definition.answer ?? done) as A,
    refusals: definition.refusals ?? [],
    bodyLimit: definition.bodyLimit ?? 16 * KiB,
  } satisfies Call;
}

/** A number in a query string. */
const numeric = (schema: z.ZodType<number, number>) => z.coerce.number<string>().pipe(schema);
const ofDevice = z.strictObject({ device: id });
const ofAccount = z.strictObject({ account: id });
const ofConversation = z.strictObject({ conversation: id });

const linking = [
  'not_found',
  'not_pending',
  'not_published',
  'already_offered',
  'no_offer',
  'not_revealed',
  'not_certified',
  'bad_certificate',
  'too_many_devices',
  'too_large',
] as const;
const appending = [
  'not_found',
  'not_in_keys',
  'stale_epoch',
  'rekey_needed',
  'forbidden',
  'too_large',
  'too_soon',
  'out_of_turn',
  'busy',
  'exists',
  'last_owner',
  'not_accepting',
  'devices_unusable',
  'too_many_devices',
  'invalid_change',
] as const;

/** Every HTTP call of the protocol. */
export const calls = {
  serverInformation: call('anybody', 'GET', '/v1/server', 'What this server speaks and allows', {
    answer: conversation.serverInformation,
  }),

  register: call('anybody', 'POST', '/v1/accounts', 'Make an account and log its first device in', {
    body: account.registration,
    answer: account.credentials,
    refusals: ['invalid_handle', 'invalid_password', 'handle_taken'],
  }),
  logIn: call(
    'anybody',
    'POST',
    '/v1/sessions',
    'Log in as a new device, or again as a known one',
    {
      body: account.logIn,
      answer: account.credentials,
      refusals: ['wrong_credentials', 'too_many_pending', 'bad_proof', 'device_revoked'],
    },
  ),
  refresh: call(
    'anybody',
    'POST',
    '/v1/sessions/refresh',
    'Replace the refresh token and get a new access token',
    {
      body: account.refresh,
      answer: account.credentials,
      refusals: ['invalid_token'],
    },
  ),
  sessions: call('session', 'GET', '/v1/sessions', 'List the live sessions of the account', {
    answer: z.object({ sessions: z.array(account.session) }),
  }),
  logOut: call(
    'session',
    'DELETE',
    '/v1/sessions/:session',
    'End a session of the account; `current` is one’s own',
    { params: z.strictObject({ session: id }) },
  ),
  deleteAccount: call('certified', 'DELETE', '/v1/account', 'Delete the account', {}),

  accountByHandle: call(
    'certified',
    'GET',
    '/v1/accounts/by-handle/:handle',
    'Find an account by its exact handle',
    {
      params: z.strictObject({ handle: z.string().min(1).max(64) }),
      answer: account.accountRecord,
      refusals: ['not_found'],
    },
  ),
  account: call(
    'certified',
    'GET',
    '/v1/accounts/:account',
    'An account’s key and certified devices',
    { params: ofAccount, answer: account.accountRecord, refusals: ['not_found'] },
  ),
  accounts: call(
    'certified',
    'POST',
    '/v1/accounts/look-ups',
    'The keys and certified devices of several accounts',
    { body: account.lookUp, answer: account.lookedUp, onlyReads: true },
  ),
  ownAccount: call(
    'session',
    'GET',
    '/v1/account',
    'One’s own account’s key and certified devices',
    { answer: account.accountRecord, refusals: ['not_found'] },
  ),
  blocks: call('certified', 'GET', '/v1/blocks', 'The accounts that one blocks', {
    answer: z.object({ accounts: z.array(id) }),
  }),
  block: call('certified', 'PUT', '/v1/blocks/:account', 'Take nothing from an account', {
    params: ofAccount,
    refusals: ['not_found'],
  }),
  unblock: call('certified', 'DELETE', '/v1/blocks/:account', 'Take things from an account again', {
    params: ofAccount,
  }),

  devices: call('session', 'GET', '/v1/devices', 'List the account’s devices', {
    answer: z.object({ devices: z.array(account.ownDevice) }),
  }),
  revokeDevice: call('session', 'DELETE', '/v1/devices/:device', 'Revoke a device of the account', {
    params: ofDevice,
    refusals: ['not_found', 'not_certified'],
  }),
  certifyFirst: call(
    'session',
    'PUT',
    '/v1/devices/current/certificate',
    'Certify the account’s first device by itself',
    {
      body: account.firstCertificate,
      refusals: ['bad_certificate', 'has_key', 'not_pending'],
    },
  ),
  publishLink: call(
    'session',
    'PUT',
    '/v1/devices/current/link',
    'Ask to be linked: the pending device’s keys and commitment',
    { body: account.linkPublication, refusals: ['not_pending'] },
  ),
  revealLink: call('session', 'PUT', '/v1/devices/current/link/reveal', 'Open the commitment', {
    body: account.linkNonce,
    refusals: ['no_offer'],
  }),
  takeLinkPackage: call(
    'session',
    'POST',
    '/v1/devices/current/link/package',
    'Take the sealed package, once',
    { answer: account.linkPackage },
  ),
  linkState: call(
    'session',
    'GET',
    '/v1/devices/:device/link',
    'How far linking a device has got',
    { params: ofDevice, answer: account.linkState, refusals: ['not_found'] },
  ),
  offerLink: call(
    'certified',
    'PUT',
    '/v1/devices/:device/link/offer',
    'Offer to link a pending device',
    { params: ofDevice, body: account.linkNonce, refusals: linking },
  ),
  approveDevice: call(
    'certified',
    'PUT',
    '/v1/devices/:device/certificate',
    'Certify a pending device and leave the sealed package',
    {
      params: ofDevice,
      body: account.approval,
      refusals: linking,
      bodyLimit: 128 * KiB,
    },
  ),

  uploadBundles: call('certified', 'POST', '/v1/keys/bundles', 'Upload fresh key bundles', {
    body: account.upload,
    answer: account.stock,
    refusals: ['spent', 'too_many', 'bad_bundle', 'not_certified'],
    bodyLimit: 4 * KiB * KiB,
  }),
  claimBundles: call(
    'certified',
    'POST',
    '/v1/keys/claims',
    'Claim one bundle for each device of the accounts',
    {
      body: account.claim,
      answer: account.claimed,
      refusals: ['not_accepting', 'not_certified', 'too_many_devices'],
      bodyLimit: 128 * KiB,
    },
  ),
  stock: call('certified', 'GET', '/v1/keys/stock', 'What the directory holds of this device', {
    query: z.strictObject({ suite }),
    answer: account.stock,
  }),
  checkBundles: call(
    'certified',
    'POST',
    '/v1/keys/check',
    'Whether device and directory mean the same bundles',
    { body: account.bundleCheck, answer: account.bundleVerdict },
  ),

  conversations: call('certified', 'GET', '/v1/conversations', 'List the account’s conversations', {
    query: z.strictObject({
      after: id.optional(),
      limit: numeric(z.int().min(1).max(1000)).default(200),
    }),
    answer: conversation.conversationList,
  }),
  conversation: call(
    'certified',
    'GET',
    '/v1/conversations/:conversation',
    'Members, keys in force and what is owed',
    { params: ofConversation, answer: conversation.conversation, refusals: ['not_found'] },
  ),
  joinInformation: call(
    'certified',
    'GET',
    '/v1/conversations/:conversation/join',
    'What a device needs to bring itself into the keys',
    {
      params: ofConversation,
      answer: conversation.joinInformation,
      refusals: ['not_found'],
    },
  ),
  entries: call(
    'certified',
    'GET',
    '/v1/conversations/:conversation/entries',
    'Read the log after a cursor',
    {
      params: ofConversation,
      query: z.strictObject({
        incarnation: numeric(positive),
        after: numeric(seq),
        limit: numeric(z.int().min(1).max(1000)).default(200),
      }),
      answer: entryPage,
      refusals: ['not_found'],
    },
  ),
  append: call('certified', 'POST', '/v1/conversations/:conversation/entries', 'Append an entry', {
    params: ofConversation,
    body: entryCommand,
    answer: accepted,
    refusals: appending,
    bodyLimit: 12 * KiB * KiB,
  }),
  receipts: call(
    'certified',
    'GET',
    '/v1/conversations/:conversation/receipts',
    'How far the members have got',
    { params: ofConversation, answer: conversation.receipts, refusals: ['not_found'] },
  ),
  presence: call(
    'certified',
    'GET',
    '/v1/conversations/:conversation/presence',
    'Which members are online',
    {
      params: ofConversation,
      answer: z.object({ online: z.array(id) }),
      refusals: ['not_found'],
    },
  ),
};

export type Calls = typeof calls;
export type CallName = keyof Calls;
