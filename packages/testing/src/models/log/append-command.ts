import fc from 'fast-check';
import { expect } from 'vitest';
import { emptyChange, type Append, type Audience, type EntryKind } from '@sealpost/domain';
import { anEntryDraft } from '../../builders/append.ts';
import { sha256Of, someBytes } from '../../builders/bytes.ts';
import { anInstant } from '../../builders/ids.ts';
import { plain } from '../../contracts/plain.ts';
import { command, pick, seldom } from '../command.ts';
import type { LogModel, ModelLog } from './log-model.ts';
import type { RealLog } from './real-log.ts';

const item = fc.record({
  conversation: fc.nat({ max: 1 }),
  device: fc.constantFrom('phone', 'laptop'),
  kind: fc.constantFrom<EntryKind[]>('message', 'message', 'message', 'roster', 'commit'),
  loud: fc.boolean(),
  audiences: fc.subarray<Audience>(['all', 'joiners', ['phone']]),
  bytes: fc.nat({ max: 9 }),
  /** Few enough that sends are repeated, with other bytes and by other devices too. */
  send: fc.nat({ max: 24 }),
  basis: fc.constantFrom('version', 'version', 'version', 'version', 'version', 'older', 'newer'),
  after: fc.constantFrom('nothing', 'nothing', 'own last', 'unknown'),
  supersedes: seldom(fc.nat()),
  laterMs: fc.integer({ min: -5, max: 5 }),
});
type Item = typeof item extends fc.Arbitrary<infer T> ? T : never;

/** What the item means now, with the positions in it resolved. */
function given(spec: Item, log: ModelLog, real: RealLog): Append {
  const { device, kind, loud, audiences, bytes, basis, after, supersedes, laterMs } = spec;
  const clientId = `send ${spec.send}`;
  const own = log.entries.findLast((entry) => entry.device === device);
  const named = { nothing: null, unknown: 'never sent', 'own last': own?.clientId ?? null };
  return {
    draft: anEntryDraft({
      conversation: real.id(spec.conversation),
      kind,
      class: loud ? 'loud' : 'quiet',
      sender: { account: 'account', device },
      clientId,
      after: named[after],
      change: kind === 'message' ? null : emptyChange,
      digest: sha256Of(JSON.stringify(spec)),
    }),
    parts: audiences.map((audience) => ({ audience, bytes: someBytes(bytes) })),
    basis: log.version + { version: 0, older: -1, newer: 1 }[basis],
    now: anInstant + log.entries.length + laterMs,
    supersedes: supersedes === null ? null : (pick(log.changes(), supersedes) ?? null),
  };
}

/** Judges one item as the port says, and keeps what it leaves. */
function judge({ draft, parts, basis, now, supersedes }: Append, log: ModelLog): unknown {
  const { kind, clientId, after } = draft;
  const { device } = draft.sender;
  if (log.tenure.state !== 'open') return { code: 'closed' };
  const known = log.seqOf(device, clientId);
  if (known !== null) {
    const { acceptedAt, digest } = log.entries[known - 1] ?? {};
    return { code: 'known', seq: known, acceptedAt, digest };
  }
  if (basis !== log.version) return { code: 'stale' };
  if (after !== null && log.seqOf(device, after) === null) return { code: 'out_of_turn' };
  const acceptedAt = Math.max(now, log.acceptedAt);
  const audiences = parts.map(({ audience }) => audience);
  const bytes = parts[0]?.bytes.length ?? 0;
  const loud = draft.class === 'loud';
  log.entries.push({
    device,
    clientId,
    kind,
    loud,
    audiences,
    bytes,
    digest: draft.digest,
    acceptedAt,
  });
  if (supersedes !== null) log.dropJoiners(supersedes);
  const seq = log.entries.length;
  return { code: 'appended', seq, acceptedAt, loud: log.loudUpTo(seq) };
}

const describe = (items: readonly Item[]): string =>
  items
    .map(({ conversation, device, kind, send, basis, after }) =>
      [kind, send, 'of', device, 'in', conversation, 'on', basis, 'after', after].join(' '),
    )
    .join('; ');

async function give(items: readonly Item[], model: LogModel, real: RealLog): Promise<void> {
  const expected: unknown[] = [];
  const batch: Append[] = [];
  for (const spec of items) {
    const log = model.log(spec.conversation);
    const append = given(spec, log, real);
    batch.push(append);
    expected.push(judge(append, log));
  }
  expect(plain(await real.log.append(batch))).toEqual(plain(expected));
}

/** Gives a batch: new and repeated sends, decided on the version or not, in turn or not. */
export const append = fc
  .array(item, { minLength: 1, maxLength: 4 })
  .map((items) =>
    command<LogModel, RealLog>(`append(${describe(items)})`, (model, real) =>
      give(items, model, real),
    ),
  );
