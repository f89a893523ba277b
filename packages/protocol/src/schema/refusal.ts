import { z } from 'zod';
import { clientId, deviceRef, id, positive, ref, seq } from './primitives.ts';

const epochNow = { generation: positive, epoch: positive, head: seq };
const retryAfterMs = z.int().min(0);
const plain = <Code extends string>(code: Code) => z.object({ code: z.literal(code) });
const tooLarge = z.object({ code: z.literal('too_large'), limitBytes: seq, actualBytes: seq });
const tooManyDevices = z.object({ code: z.literal('too_many_devices'), limit: positive });

/** Refusals of the edge itself, before any use case. */
const edge = [
  /** `issues` names each place that is wrong and what is allowed there. */
  z.object({
    code: z.literal('invalid_request'),
    issues: z.array(z.object({ path: z.string(), problem: z.string() })),
  }),
  plain('unauthenticated'),
  plain('csrf'),
  plain('device_pending'),
  plain('unknown_call'),
  plain('unsupported_media_type'),
  z.object({ code: z.literal('upgrade_required'), lowest: positive, highest: positive }),
  z.object({ code: z.literal('rate_limited'), retryAfterMs }),
  z.object({ code: z.literal('unavailable'), retryAfterMs }),
  plain('internal'),
] as const;

const conversation = [
  plain('not_found'),
  plain('not_in_keys'),
  z.object({ code: z.literal('stale_epoch'), ...epochNow }),
  z.object({ code: z.literal('rekey_needed'), owed: z.array(deviceRef), ...epochNow }),
  z.object({ code: z.literal('forbidden'), action: z.string() }),
  tooLarge,
  z.object({ code: z.literal('too_soon'), retryAfterMs }),
  z.object({ code: z.literal('out_of_turn'), after: clientId }),
  z.object({ code: z.literal('busy'), retryAfterMs }),
  z.object({ code: z.literal('exists'), conversation: id }),
  plain('last_owner'),
  z.object({ code: z.literal('not_accepting'), accounts: z.array(id) }),
  z.object({ code: z.literal('devices_unusable'), devices: z.array(deviceRef) }),
  tooManyDevices,
  z.object({ code: z.literal('invalid_change'), reason: z.string() }),
] as const;

const account = [
  plain('invalid_handle'),
  z.object({
    code: z.literal('invalid_password'),
    minimumLength: positive,
    maximumBytes: positive,
  }),
  plain('handle_taken'),
  plain('wrong_credentials'),
  z.object({ code: z.literal('too_many_pending'), limit: positive }),
  plain('bad_proof'),
  plain('device_revoked'),
  plain('invalid_token'),
  plain('bad_certificate'),
  plain('has_key'),
  plain('not_pending'),
  plain('not_published'),
  plain('already_offered'),
  plain('no_offer'),
  plain('not_revealed'),
  plain('not_certified'),
] as const;

const keys = [
  z.object({ code: z.literal('spent'), refs: z.array(ref) }),
  z.object({ code: z.literal('too_many'), limit: positive, present: seq }),
  z.object({
    code: z.literal('bad_bundle'),
    ref: z.string(),
    reason: z.enum(['digest', 'size', 'expired', 'repeated']),
  }),
] as const;

/** Why a call or event was turned down: one code, and with it what the caller needs to heal. */
export const refusal = z
  .discriminatedUnion('code', [...edge, ...conversation, ...account, ...keys])
  .meta({ id: 'Refusal' });

export type WireRefusal = z.output<typeof refusal>;
export type RefusalCode = WireRefusal['code'];

/** HTTP status of every code; a new code without one does not compile. */
export const statusOf = {
  invalid_request: 400,
  unauthenticated: 401,
  csrf: 403,
  device_pending: 403,
  unknown_call: 404,
  unsupported_media_type: 415,
  upgrade_required: 426,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
  not_found: 404,
  not_in_keys: 409,
  stale_epoch: 409,
  rekey_needed: 409,
  forbidden: 403,
  too_large: 413,
  too_soon: 429,
  out_of_turn: 409,
  busy: 409,
  exists: 409,
  last_owner: 409,
  not_accepting: 403,
  devices_unusable: 409,
  too_many_devices: 409,
  invalid_change: 422,
  invalid_handle: 422,
  invalid_password: 422,
  handle_taken: 409,
  wrong_credentials: 401,
  too_many_pending: 409,
  bad_proof: 401,
  device_revoked: 403,
  invalid_token: 401,
  bad_certificate: 422,
  has_key: 409,
  not_pending: 409,
  not_published: 409,
  already_offered: 409,
  no_offer: 409,
  not_revealed: 409,
  not_certified: 403,
  spent: 409,
  too_many: 409,
  bad_bundle: 422,
} satisfies Record<RefusalCode, number>;

/** The body of every answer that is not the asked-for one. */
export const refusalBody = z.object({ error: refusal }).meta({ id: 'RefusalBody' });
