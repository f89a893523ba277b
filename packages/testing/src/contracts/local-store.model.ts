import fc from 'fast-check';
import type { LocalStore } from '@sealpost/client';
import { expect } from 'vitest';

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

// Few and awkward code units, so that keys collide, nest and sort differently in UTF-8 than in UTF-16.
const units = fc.constantFrom(0, 0x2f, 0x61, 0x62, 0xff, 0x100, 0xd800, 0xdc00, 0xe000, 0xffff);
const keys = fc.array(units, { maxLength: 4 }).map((codes) => String.fromCharCode(...codes));

const commits = fc.record({
  writes: fc.array(fc.tuple(keys, fc.option(fc.uint8Array({ maxLength: 8 }))), { maxLength: 6 }),
});
const lists = fc.record({
  prefix: keys,
  after: fc.option(keys, { nil: undefined }),
  limit: fc.nat({ max: 6 }),
  reverse: fc.boolean(),
});
const reopening = fc.constant({ reopen: true as const });

/** Histories of commits, reads and reopenings. */
export const localStoreScripts = fc.array(fc.oneof(commits, lists, reopening), { maxLength: 20 });
type Script = typeof localStoreScripts extends fc.Arbitrary<infer T> ? T : never;

/** Plays a script on a store and on a plain map, and expects the same answers. */
export async function runAgainstModel(
  place: { open(): Promise<LocalStore> },
  script: Script,
): Promise<void> {
  const model = new Map<string, Uint8Array>();
  let store = await place.open();
  try {
    const leftovers = await store.list('', { limit: 1000 });
    await store.commit(new Map(leftovers.map(({ key }) => [key, null])));
    for (const step of script) {
      if ('reopen' in step) {
        await store.close();
        store = await place.open();
      } else if ('writes' in step) {
        const writes = new Map(step.writes);
        await store.commit(writes);
        for (const [key, value] of writes) {
          if (value) model.set(key, value);
          else model.delete(key);
        }
      } else {
        const { prefix, after, limit, reverse } = step;
        const page = { limit, reverse, ...(after === undefined ? {} : { after }) };
        expect(await store.list(prefix, page)).toEqual(expected(model, step));
        expect(await store.get(prefix)).toEqual(model.get(prefix) ?? null);
      }
    }
  } finally {
    await store.close();
  }
}

interface List {
  readonly prefix: string;
  readonly after: string | undefined;
  readonly limit: number;
  readonly reverse: boolean;
}

function expected(model: ReadonlyMap<string, Uint8Array>, list: List) {
  const beyond = (key: string) =>
    list.after === undefined || (list.reverse ? key < list.after : key > list.after);
  const sorted = [...model].sort(([one], [other]) => (one < other ? -1 : 1));
  return (list.reverse ? sorted.reverse() : sorted)
    .filter(([key]) => key.startsWith(list.prefix) && beyond(key))
    .slice(0, list.limit)
    .map(([key, value]) => ({ key, value }));
}
