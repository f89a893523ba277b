import type { Append } from '@sealpost/domain';
import { packInt4s, packInt8s, packSparseTexts, packTexts } from './packed-arrays.ts';
import { packBodies } from './packed-bodies.ts';
import type { Value } from './statement.ts';

/** Numbers distinct strings 1, 2, 3 … in the order in which they come. */
class Numbering {
  private readonly numbers = new Map<string, number>();

  of(key: string): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.numbers.size + 1);
    return this.numbers.size;
  }

  find(key: string): number {
    return this.numbers.get(key) ?? 0;
  }
}

const keyOf = (conversation: string, device: string, clientId: string): string =>
  JSON.stringify([conversation, device, clientId]);

const jsonOrNull = (value: unknown): string | null =>
  value === null ? null : JSON.stringify(value);

/** The arguments of `append_entries`, in its order. */
export function appendEntriesArguments(batch: readonly Append[]): Value[] {
  const drafts = batch.map(({ draft }) => draft);
  const conversations = [...new Set(drafts.map(({ conversation }) => conversation))].sort();
  const positions = new Map(conversations.map((conversation, index) => [conversation, index + 1]));
  const founding = new Set(
    batch.filter(({ basis }) => basis === 0).map(({ draft }) => draft.conversation),
  );
  const keys = new Numbering();
  const bodies = packBodies(batch);
  return [
    packTexts(conversations),
    founding.size === 0 ? null : packTexts([...founding].sort()),
    packInt4s(drafts.map(({ conversation }) => positions.get(conversation) ?? 0)),
    packInt4s(drafts.map((d) => keys.of(keyOf(d.conversation, d.sender.device, d.clientId)))),
    packInt4s(
      drafts.map((d) =>
        d.after === null ? 0 : keys.find(keyOf(d.conversation, d.sender.device, d.after)),
      ),
    ),
    packInt8s(batch.map(({ basis }) => basis)),
    packInt8s(batch.map(({ now }) => now)),
    batch.every(({ supersedes }) => supersedes === null)
      ? null
      : packInt8s(batch.map(({ supersedes }) => supersedes ?? 0)),
    packInt8s(drafts.map(({ generation }) => generation)),
    packInt8s(drafts.map(({ epoch }) => epoch)),
    packTexts(drafts.map(({ kind }) => kind)),
    packTexts(drafts.map((draft) => draft.class)),
    packTexts(drafts.map(({ sender }) => sender.account)),
    packTexts(drafts.map(({ sender }) => sender.device)),
    packTexts(drafts.map(({ clientId }) => clientId)),
    packSparseTexts(drafts.map(({ after }) => after)),
    packSparseTexts(drafts.map(({ change }) => jsonOrNull(change))),
    packSparseTexts(drafts.map(({ blobs }) => (blobs.length === 0 ? null : JSON.stringify(blobs)))),
    packSparseTexts(bodies.layouts),
    packInt4s(bodies.offsets),
    packInt4s(bodies.digests),
    packInt4s(bodies.commons),
    packInt4s(bodies.joiners),
    bodies.bytes,
  ];
}
