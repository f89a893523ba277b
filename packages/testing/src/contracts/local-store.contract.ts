import fc from 'fast-check';
import type { LocalStore } from '@sealpost/client';
import { describe, expect, it as base } from 'vitest';
import { bytesOf, localStoreScripts, runAgainstModel } from './local-store.model.ts';

/** A place that one store can lie in; opening it again finds what was committed. */
export interface LocalStorePlace {
  open(): Promise<LocalStore>;
  /** Removes the place; the store is closed by then. */
  dispose(): Promise<void>;
}

export interface LocalStoreSubject {
  readonly name: string;
  /** An empty place of its own. */
  place(): Promise<LocalStorePlace>;
  /** How many random histories are compared with the model; fewer where each costs a sync. */
  readonly histories: number;
}

/** What every `LocalStore` keeps to: atomic, ordered, isolated, durable, and open once. */
export function localStoreContract(subject: LocalStoreSubject): void {
  const it = base.extend<{ place: LocalStorePlace; store: LocalStore }>({
    place: async ({}, use) => {
      const place = await subject.place();
      await use(place);
      await place.dispose();
    },
    store: async ({ place }, use) => {
      const store = await place.open();
      await use(store);
      await store.close();
    },
  });

  describe(`LocalStore: ${subject.name}`, () => {
    describe('commit', () => {
      it('writes and deletes all records of the map', async ({ store }) => {
        await store.commit(
          new Map([
            ['a', bytesOf('1')],
            ['b', bytesOf('2')],
          ]),
        );
        await store.commit(
          new Map([
            ['a', null],
            ['c', bytesOf('3')],
            ['never there', null],
          ]),
        );
        expect(await store.get('a')).toBeNull();
        expect(await store.list('', { limit: 10 })).toEqual([
          { key: 'b', value: bytesOf('2') },
          { key: 'c', value: bytesOf('3') },
        ]);
      });

      it('does nothing for an empty map', async ({ store }) => {
        await store.commit(new Map());
        expect(await store.list('', { limit: 10 })).toEqual([]);
      });

      it('writes none of the records when one cannot be written', async ({ store }) => {
        const unwritable = 'no bytes' as unknown as Uint8Array;
        await expect(
          store.commit(
            new Map([
              ['a', bytesOf('1')],
              ['b', unwritable],
            ]),
          ),
        ).rejects.toBeInstanceOf(TypeError);
        expect(await store.get('a')).toBeNull();
        await store.commit(new Map([['a', bytesOf('2')]]));
        expect(await store.get('a')).toEqual(bytesOf('2'));
      });

      it('takes effect in the order of the calls, whatever the sizes', async ({ store }) => {
        await store.commit(new Map([['same', bytesOf('first')]]));
        const sizes = [8_000_000, 1, 0, 100];
        await Promise.all(
          sizes.map((size, at) =>
            store.commit(
              new Map([
                ['same', new Uint8Array(size).fill(at)],
                [`own/${at}`, bytesOf('x')],
              ]),
            ),
          ),
        );
        expect(await store.get('same')).toEqual(new Uint8Array(100).fill(3));
        expect(await store.list('own/', { limit: 10 })).toHaveLength(sizes.length);
      });

      it('is never seen by halves', async ({ store }) => {
        const writing = Promise.all(
          Array.from({ length: 40 }, (_, at) =>
            store.commit(
              new Map([
                ['pair/a', bytesOf(`${at}`)],
                ['pair/b', bytesOf(`${at}`)],
              ]),
            ),
          ),
        );
        for (let reads = 0; reads < 40; reads += 1) {
          const pair = await store.list('pair/', { limit: 10 });
          expect(pair.length === 0 || pair.length === 2).toBe(true);
          expect(pair[0]?.value).toEqual(pair[1]?.value);
        }
        await writing;
      });
    });

    describe('values', () => {
      it('keeps an empty value apart from an absent one', async ({ store }) => {
        await store.commit(new Map([['empty', new Uint8Array(0)]]));
        expect(await store.get('empty')).toEqual(new Uint8Array(0));
        expect(await store.list('', { limit: 10 })).toEqual([
          { key: 'empty', value: new Uint8Array(0) },
        ]);
      });

      it('keeps exactly the bytes of a view, not the buffer behind it', async ({ store }) => {
        await store.commit(new Map([['view', bytesOf('secret cipher secret').subarray(7, 13)]]));
        const value = await store.get('view');
        expect(value).toEqual(bytesOf('cipher'));
        expect(value?.buffer.byteLength).toBe(6);
      });

      it('keeps a value of two megabytes', async ({ store }) => {
        const value = Uint8Array.from({ length: 2_000_000 }, (_, at) => at % 251);
        await store.commit(new Map([['big', value]]));
        expect(Buffer.from((await store.get('big')) ?? []).equals(value)).toBe(true);
      });

      it('are those of the moment of the commit, whatever the caller does later', async ({
        store,
      }) => {
        const value = bytesOf('then');
        const writes = new Map([['a', value]]);
        const committing = store.commit(writes);
        value.fill(0);
        writes.set('b', value).delete('a');
        await committing;
        expect(await store.list('', { limit: 10 })).toEqual([{ key: 'a', value: bytesOf('then') }]);
      });

      it('are the own copies of each reader', async ({ store }) => {
        await store.commit(new Map([['a', bytesOf('kept')]]));
        (await store.get('a'))?.fill(0);
        for (const { value } of await store.list('', { limit: 1 })) value.fill(0);
        expect(await store.get('a')).toEqual(bytesOf('kept'));
      });
    });

    describe('list', () => {
      it('orders keys by their UTF-16 code units', async ({ store }) => {
        const keys = [
          '',
          '\u0000',
          'A',
          'a',
          'a\u0000',
          'aa',
          'é',
          '\ud800',
          '😀',
          '\ue000',
          '\uffff',
        ];
        await store.commit(new Map(keys.toReversed().map((key) => [key, bytesOf(key)])));
        const listed = await store.list('', { limit: 100 });
        expect(listed.map(({ key }) => key)).toEqual(keys);
      });

      it('pages through a prefix in both directions without loss or repetition', async ({
        store,
      }) => {
        const keys = Array.from({ length: 10 }, (_, at) => `p/${at}`);
        await store.commit(
          new Map(['o', 'p', 'p0', 'q', ...keys].map((key) => [key, bytesOf('x')])),
        );
        for (const reverse of [false, true]) {
          const seen: string[] = [];
          for (;;) {
            const last = seen.at(-1);
            const after = last === undefined ? {} : { after: last };
            const page = await store.list('p/', { ...after, limit: 3, reverse });
            if (page.length === 0) break;
            seen.push(...page.map(({ key }) => key));
          }
          expect(seen).toEqual(reverse ? keys.toReversed() : keys);
        }
      });
    });

    it('answers as a plain map does, through any history of commits and reopenings', async ({
      place,
    }) => {
      await fc.assert(
        fc.asyncProperty(localStoreScripts, (script) => runAgainstModel(place, script)),
        { numRuns: subject.histories },
      );
    });

    describe('opening and closing', () => {
      it('finds all commits again', async ({ place }) => {
        const first = await place.open();
        await first.commit(
          new Map([
            ['a', bytesOf('1')],
            ['b', bytesOf('2')],
          ]),
        );
        await first.commit(new Map([['a', null]]));
        await first.close();
        const second = await place.open();
        expect(await second.list('', { limit: 10 })).toEqual([{ key: 'b', value: bytesOf('2') }]);
        await second.close();
      });

      it('makes commits that were called before closing durable', async ({ place }) => {
        const first = await place.open();
        const commits = ['a', 'b', 'c'].map((key) => first.commit(new Map([[key, bytesOf(key)]])));
        await first.close();
        await Promise.all(commits);
        const second = await place.open();
        expect(await second.list('', { limit: 10 })).toHaveLength(3);
        await second.close();
      });

      it('refuses a second opening, and the first goes on', async ({ place, store }) => {
        await store.commit(new Map([['a', bytesOf('1')]]));
        await expect(place.open()).rejects.toMatchObject({ code: 'store_in_use' });
        await store.commit(new Map([['a', bytesOf('2')]]));
        await expect(place.open()).rejects.toMatchObject({ code: 'store_in_use' });
        expect(await store.get('a')).toEqual(bytesOf('2'));
      });

      it('refuses every call once it is closed, and closes twice without complaint', async ({
        place,
      }) => {
        const store = await place.open();
        await store.close();
        await store.close();
        const closed = { name: 'LocalStoreError', code: 'closed' };
        await expect(store.get('a')).rejects.toMatchObject(closed);
        await expect(store.list('', { limit: 1 })).rejects.toMatchObject(closed);
        await expect(store.commit(new Map([['a', null]]))).rejects.toMatchObject(closed);
        await expect(store.commit(new Map())).rejects.toMatchObject(closed);
      });
    });
  });
}
