import type { Entry, EntriesHint, Notice } from '@sealpost/domain';
import { z } from 'zod';

/** What one process tells the others. `lost`: it failed to tell something, so they compare with the stores. */
export type Told =
  | { readonly kind: 'hint'; readonly hint: EntriesHint }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'lost' };

const text = z.string();
const texts = z.array(text);
const whole = z.int().nonnegative();
const bytes = z.instanceof(Uint8Array);
const device = z.strictObject({ account: text, device: text });
const devices = z.array(device);
const roles = z.array(
  z.strictObject({ account: text, role: z.enum(['owner', 'admin', 'member']) }),
);

const change = z.strictObject({
  mode: z.enum(['found', 'member', 'external']).nullable(),
  founding: z.strictObject({ kind: z.enum(['direct', 'group', 'self']), suite: text }).nullable(),
  addMembers: roles,
  removeMembers: texts,
  setRoles: roles,
  addDevices: devices,
  removeDevices: devices,
  revokeDevices: devices,
});

/** Strict: an entry that says more than this release knows is read from the log instead. */
const entry: z.ZodType<Entry> = z.strictObject({
  conversation: text,
  kind: z.enum(['created', 'message', 'roster', 'commit']),
  class: z.enum(['loud', 'quiet']),
  generation: whole,
  epoch: whole,
  sender: device,
  clientId: text,
  after: text.nullable(),
  change: change.nullable(),
  blobs: texts,
  digest: bytes,
  seq: whole,
  acceptedAt: whole,
  loud: whole,
  parts: z.array(z.strictObject({ audience: z.union([z.enum(['all', 'joiners']), texts]), bytes })),
});

/** Entries that are not just what the hint speaks of are none. */
const hint: z.ZodType<EntriesHint> = z
  .object({
    conversation: text,
    from: whole,
    to: whole,
    version: whole,
    entries: z.array(entry).nullable().catch(null),
  })
  .transform((given) => ({ ...given, entries: areOf(given) ? given.entries : null }));

const notice: z.ZodType<Notice> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sessions_revoked'), sessions: texts }),
  z.object({ kind: z.literal('cursors_moved'), conversation: text, account: text }),
  z.object({ kind: z.literal('stock_changed'), account: text, device: text }),
  z.object({ kind: z.literal('devices_changed'), account: text }),
  z.object({ kind: z.literal('superseded'), processes: texts }),
  z.object({
    kind: z.literal('ephemeral'),
    conversation: text,
    to: texts,
    event: z.object({ kind: z.literal('typing'), account: text, device: text, payload: bytes }),
  }),
]);

export const opening = z.tuple([z.literal('sealpost'), z.literal(1), text]);

export const told: z.ZodType<Told> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hint'), hint }),
  z.object({ kind: z.literal('notice'), notice }),
  z.object({ kind: z.literal('lost') }),
]);

function areOf({ conversation, from, to, entries }: EntriesHint): boolean {
  return (
    entries !== null &&
    entries.length === to - from + 1 &&
    entries.every((one, at) => one.conversation === conversation && one.seq === from + at)
  );
}
