import type { RefusalCode } from '../schema/refusal.ts';

/** What each code says, and what heals it; a new code without a meaning does not compile. */
export const refusalMeanings = {
  invalid_request: 'The request is malformed; `issues` names each place and what is allowed there.',
  unauthenticated: 'No access token, or none that is taken: refresh it or log in.',
  csrf: 'Authenticated by cookies, but without the CSRF token of the session or from a foreign origin.',
  device_pending: 'Only a certified device may do this: certify it, then refresh the access token.',
  unknown_call: 'The protocol has no such call.',
  unsupported_media_type:
    'The body is neither `application/msgpack` nor `application/json`, or is compressed.',
  upgrade_required: 'The server speaks the versions from `lowest` to `highest` only.',
  rate_limited: 'Too often: come back after `retryAfterMs`.',
  unavailable:
    'The server cannot do this right now; whether it did is not known. Try again after `retryAfterMs`.',
  internal: 'A fault of the server; whether the call took effect is not known.',
  not_found: 'It does not exist, or not for the caller.',
  not_in_keys: 'The calling device is not in the keys of the conversation: join first.',
  stale_epoch:
    'The keys have moved on: read up to `head`, and send again for what is in force then.',
  rekey_needed:
    'The keys include devices that the roster no longer does: commit the removal of those in `owed` first.',
  forbidden: 'The caller’s role does not allow `action`.',
  too_large: 'More than `limitBytes` bytes.',
  too_soon: 'The conversation’s keys change too often: come back after `retryAfterMs`.',
  out_of_turn: 'The send named by `after` is not in the log: send that one first.',
  busy: 'Others keep changing the conversation: try again after `retryAfterMs`.',
  exists: 'There is such a conversation already: drop one’s own group and join that one.',
  last_owner: 'A group with members needs an owner: name another one first.',
  not_accepting: 'The named accounts take nothing from the caller.',
  devices_unusable:
    'The named devices do not exist, are not certified, are revoked, or belong to another account.',
  too_many_devices: 'More than `limit` devices.',
  invalid_change: 'The change contradicts itself or the conversation, as `reason` says.',
  invalid_handle:
    'A handle has 3 to 32 letters, digits, dots, dashes and underscores, and begins and ends with a letter or digit.',
  invalid_password:
    'A password has at least `minimumLength` characters and at most `maximumBytes` bytes.',
  handle_taken: 'Another account has this handle.',
  wrong_credentials: 'Handle and password do not belong together.',
  too_many_pending: 'The account has `limit` pending devices already: certify or revoke one.',
  bad_proof: 'The proof is not this device’s signature, or was made too long ago.',
  device_revoked: 'The device was revoked: log in as a new one.',
  invalid_token: 'The refresh token is unknown, expired, or was replaced before: log in again.',
  bad_certificate: 'The certificate is not the account key’s signature over this device.',
  has_key: 'The account has its key already: ask a certified device to link this one.',
  not_pending: 'The device is certified or revoked already.',
  not_published: 'The device has not asked to be linked.',
  already_offered: 'Another offer was made to the device already.',
  no_offer: 'Nobody has offered to link the device.',
  not_revealed: 'The device has not opened its commitment, or to another offer.',
  not_certified: 'Only a certified device may do this.',
  spent:
    'The bundles in `refs` were handed out or voided before and can never come back: make fresh ones.',
  too_many: 'The device has `present` bundles; more than `limit` are not kept.',
  bad_bundle: 'The bundle `ref` is not taken, as `reason` says.',
} satisfies Record<RefusalCode, string>;
