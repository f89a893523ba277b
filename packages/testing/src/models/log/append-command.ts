import fc from 'fast-check';
import { expect } from 'vitest';
import { emptyChange, type Append, type Audience, type EntryKind } from '@sealpost/domain';
import { anEntryDraft } from '../../builders/append.ts';
import { sha256Of, someBytes } from '../../builders/bytes.ts';
import { anInstant } from '../../builders/ids.ts';
import { plain } from '../../contracts/plain.ts';
import { command, pick, seldom } from '../command.ts';
import type { LogModel, ModelSend } from './log-model.ts';
import type { RealLog } from './real-log.ts';

const item = fc.record({
  conversation: fc.nat({ max: 1 }),
  device: fc.constantFrom('phone', 'laptop'),
  kind: fc.constantFrom<EntryKind[]>('message', 'message', 'message', 'roster', 'commit'),
  loud: fc.boolean(),
  audiences: fc.subarray<Audience>(['all', 'joiners', ['phone']]),
  bytes: fc.nat({ max: 9 }),
  /** Which of the sends given before is given again; null: a fresh one. */
  again: seldom(fc.nat()),
  basis: fc.constantFrom('version', 'version', 'version', 'version', 'version', 'older', 'newer'),
  after: fc.constantFrom('nothing', 'nothing', 'own last', 'unknown'),
  supersedes: seldom(fc.nat()),
  laterMs: fc.integer({ min: -5, max: 5 }),
});
type Item = typeof item extends fc.Arbitrary<infer T> ? T : never;

interface Given {
  readonly send: ModelSend;
  readonly append: Append;
}

/** What the item means now, with the positions in it resolved. */
function given(spec: Item, model: LogModel, real: RealLog): Given {
  const { again, basis, after, supersedes, laterMs, ...fresh } = spec;
  const repeated = again === null ? undefined : pick(model.sends, again);
  const send = repeated ?? { ...fresh, clientId: `send ${model.sends.length}` };
  const log = model.log(send.conversation);
  const own = log.entries.findLast(({ device }) => device === send.device);
  const { device, clientId, kind, loud, audiences } = send;
  const draft = anEntryDraft({
    conversation: real.id(send.conversation),
    kind,
    class: loud ? 'loud' : 'quiet',
    sender: { account: 'account', device },
    clientId,
    after:
      after === 'nothing' ? null : after === 'unknown' ? 'never sent' : (own?.clientId ?? null),
    change: kind === 'message' ? null : emptyChange,
    // The digest of a repeated send differs: it must be answered by the first one's.
    digest: sha256Of(`${clientId} ${repeated ? 'again' : ''}`),
  });
  return {
    send,
    append: {
      draft,
      parts: audiences.map((audience) => ({ audience, bytes: someBytes(send.bytes) })),
      basis: log.version + { version: 0, older: -1, newer: 1 }[basis],
      now: anInstant + log.entries.length + laterMs,
      supersedes: supersedes === null ? null : (pick(log.changes(), supersedes) ?? null),
    },
  };
}

/** Judges one item as the port says, and keeps what it leaves. */
function judge({ send, append }: Given, model: LogModel): unknown {
  const log = model.log(send.conversation);
  model.sends.push(send);
  const known = log.seqOf(send.device, send.clientId);
  if (known !== null) {
    const { acceptedAt, digest } = log.entries[known - 1] ?? {};
    return { code: 'known', seq: known, acceptedAt, digest };
  }
  if (append.basis !== log.version) return { code: 'stale' };
  const { after } = append.draft;
  if (after !== null && log.seqOf(send.device, after) === null) return { code: 'out_of_turn' };
  const acceptedAt = Math.max(append.now, log.acceptedAt);
  log.entries.push({ ...send, acceptedAt, digest: append.draft.digest });
  if (append.supersedes !== null) log.dropJoiners(append.supersedes);
  const seq = log.entries.length;
  return { code: 'appended', seq, acceptedAt, loud: log.loudUpTo(seq) };
}

const describe = (items: readonly Item[]): string =>
  items
    .map(({ conversation, device, kind, again, basis, after }) => {
      const what = again === null ? kind : `again ${again}`;
      return `${what} of ${device} in ${conversation} on ${basis} after ${after}`;
    })
    .join('; ');

async function give(items: readonly Item[], model: LogModel, real: RealLog): Promise<void> {
  const expected: unknown[] = [];
  const batch: Append[] = [];
  for (const spec of items) {
    const next = given(spec, model, real);
    batch.push(next.append);
    expected.push(judge(next, model));
  }
  expect(plain(await real.log.append(batch))).toEqual(plain(expected));
}

/** Gives a batch: fresh and repeated sends, decided on the version or not, in turn or not. */
export const append = fc
  .array(item, { minLength: 1, maxLength: 4 })
  .map((items) =>
    command<LogModel, RealLog>(`append(${describe(items)})`, (model, real) =>
      give(items, model, real),
    ),
  );
