import fc from 'fast-check';
import type { Append, Audience, EntryDraft, Part } from '@sealpost/domain';
import { anyChange } from './change.ts';
import { anyDeviceRef, anyText, anyTimestamp } from './ids.ts';

export const anyAudience: fc.Arbitrary<Audience> = fc.oneof(
  fc.constant('all' as const),
  fc.constant('joiners' as const),
  fc.array(anyText, { minLength: 1, maxLength: 3 }),
);

export const anyPart: fc.Arbitrary<Part> = fc.record({
  audience: anyAudience,
  bytes: fc.uint8Array({ maxLength: 64 }),
});

const anyEnvelope = {
  conversation: anyText,
  class: fc.constantFrom('loud' as const, 'quiet' as const),
  generation: fc.nat(),
  epoch: fc.nat(),
  sender: anyDeviceRef,
  clientId: fc.uuid({ version: 7 }),
  after: fc.constant(null),
  blobs: fc.array(anyText, { maxLength: 3 }),
  digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
};

/** Of the right form; no rule needs to allow it. */
export const anyEntryDraft: fc.Arbitrary<EntryDraft> = fc.oneof(
  fc.record({
    ...anyEnvelope,
    kind: fc.constant('message' as const),
    change: fc.constant(null),
  }),
  fc.record({
    ...anyEnvelope,
    kind: fc.constantFrom('created' as const, 'roster' as const, 'commit' as const),
    change: anyChange,
  }),
);

/** An append to an empty log. */
export const anyAppend: fc.Arbitrary<Append> = fc.record({
  draft: anyEntryDraft,
  parts: fc.array(anyPart, { maxLength: 4 }),
  basis: fc.constant(0),
  now: anyTimestamp,
  supersedes: fc.constant(null),
});
